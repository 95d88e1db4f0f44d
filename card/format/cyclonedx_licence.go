package format

import (
	"strings"

	"cardstock/card"
)

// schemaLicences are the identifiers of licences of data, models and programs that the schemas of all versions have that are written here. Their list is closed,
// and one of an older version lacks what SPDX has added since. Source: SPDX License List 3.20.
var schemaLicences = func() map[string]bool {
	known := map[string]bool{}
	for _, id := range strings.Fields(`
		0BSD AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSL-1.0 C-UDA-1.0
		CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-3.0
		CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 ECL-2.0 EPL-1.0 EPL-2.0
		EUPL-1.1 EUPL-1.2 GFDL-1.3-only GFDL-1.3-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.1-only LGPL-2.1-or-later
		LGPL-3.0-only LGPL-3.0-or-later LPPL-1.3c MIT MIT-0 MPL-2.0 MS-PL NCSA ODC-By-1.0 ODbL-1.0 OFL-1.1 OSL-3.0 PDDL-1.0 PostgreSQL Unlicense WTFPL Zlib
		etalab-2.0`) {
		known[id] = true
	}
	return known
}()

// billLicence is the name of the member under which a licence stands: any text may be a name.
func billLicence(licence string) string {
	if schemaLicences[licence] {
		return "id"
	}
	return "name"
}

// spelled makes the card that is written one whose licence, if that was edited, is as SPDX writes it: the schema knows no other.
func (b *backer) spelled() *card.Card {
	const key = "model_details.license"
	was, _ := b.card.Field(key)
	is, _ := b.now.Field(key)
	if was == nil || is == nil || was.Answer == is.Answer || card.SPDXLicence(is.Answer) == is.Answer {
		return b.now
	}
	b.now = b.now.Clone()
	is, _ = b.now.Field(key)
	is.Answer = card.SPDXLicence(is.Answer)
	b.wanted, b.want = everything(b.now), things(b.now)
	return b.now
}
