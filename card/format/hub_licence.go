package format

import (
	"regexp"
	"strings"

	"cardstock/card"
)

// hubLicences are the identifiers that the Hub knows. Source: Hugging Face Hub documentation, Licenses.
var hubLicences = func() map[string]bool {
	known := map[string]bool{}
	for _, id := range strings.Fields(`
		apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0 bigcode-openrail-m afl-3.0
		artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0
		cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0
		cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0
		eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research intel-research lppl-1.3c ms-pl
		apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1 openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl
		lgpl-lr deepfloyd-if-license fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community
		gemma unknown other`) {
		known[id] = true
	}
	return known
}()

// The members of the front matter that name a licence, and the identifiers of one that has no other on the Hub, and of one that nobody knows.
const licenceMember, licenceNameMember, otherLicence, unknownLicence = "license", "license_name", "other", "unknown"

// spdxMore is what identifiers of SPDX say more than those of the Hub.
var spdxMore = regexp.MustCompile(`-(?:only|or-later|1\.0)$`)

// hubLicence is a licence as the Hub names one: its identifier or, where the Hub knows none, other and a name. Both are "" if the answer is not the
// name of one.
func hubLicence(answer string) (id, name string) {
	name = strings.TrimSpace(answer)
	id = strings.ToLower(name)
	switch short := spdxMore.ReplaceAllString(id, ""); {
	case !spdxToken.MatchString(name):
		return "", ""
	case hubLicences[id]:
		return id, ""
	case hubLicences[short]:
		return short, ""
	}
	return otherLicence, name
}

// sameLicence reports whether the body names the licence of the front matter and says no more: where it tells more, as where to find the licence, both
// are kept.
func sameLicence(body, front string) bool {
	id, name := hubLicence(body)
	frontID, frontName := hubLicence(front)
	return body == front || id != "" && id == frontID && strings.EqualFold(name, frontName)
}

// besideIdentifier reports whether a text of the body is prose about the licence that the front matter names: programs ask for that name, so it is the
// answer, and the prose a question of its own.
func (r *hubReader) besideIdentifier(key, text string) bool {
	if key == "" || key != hubFrontKey(r.card.Kind, licenceMember) || card.KnownLicence(text) {
		return false
	}
	if id, _ := hubLicence(text); id != "" {
		return false
	}
	for i := 0; i+1 < len(r.front.members); i += 2 {
		if r.front.members[i].Value == licenceMember {
			front := memberText(r.front.members[i+1])
			return card.Answered(front) && front != otherLicence && front != unknownLicence
		}
	}
	return false
}

// putLicence writes the licence that the body tells into the front matter, too.
func (w *hubWriter) putLicence(i int, answer string) {
	id, name := hubLicence(answer)
	if w.front.members[i].Value == licenceNameMember {
		w.front.set(i, name)
		return
	}
	w.front.set(i, id)
	if name != "" && !w.front.has(licenceNameMember) {
		w.newMember(licenceNameMember, licenceNameMember+": "+scalar(name)+"\n")
	}
}

// has reports whether there is a member of a name.
func (e *frontEditor) has(name string) bool {
	for i := 0; i+1 < len(e.members); i += 2 {
		if e.members[i].Value == name {
			return true
		}
	}
	return false
}
