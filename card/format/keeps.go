package format

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"cardstock/card"
)

// An export is valid by its format's schema, always. A file that came is what its maker made of it; so a card is written back into it by the
// name of the format only where that gives no other validity than it had. Back does so always.

// kept writes a card back into a file that is as the format's exports are; nil if it cannot, or the file is not.
func (f *Format) kept(ctx context.Context, ts *card.Templates, c *card.Card, original []byte, as string) []byte {
	original, d := f.mended(original, as)
	if d == nil {
		return nil
	}
	b, err := newBacker(ctx, ts, c, f, d)
	if err != nil || b.card.Kind != c.Kind {
		return nil
	}
	edited := map[string]string{}
	for of, text := range b.differences() {
		if of.what == anAnswer {
			edited[of.key] = text
		}
	}
	if !f.Keeps(d, edited) {
		return nil
	}
	out, err := Back(ctx, ts, c, original, as)
	if err != nil || out.Anew {
		return nil
	}
	now, is, err := openAs(out.Data, as)
	if err != nil || is != f || !f.Keeps(now, edited) {
		return nil
	}
	if f.Complete == nil {
		return out.Data
	}
	return f.completed(ctx, ts, c, now, d, original)
}

// mended is a file as JSON without what has to be mended in it, be that a byte-order mark alone; nil if it is not of the format, or no JSON can be made
// of it.
func (f *Format) mended(original []byte, as string) ([]byte, *Document) {
	for range 3 {
		d, is, err := openAs(original, as)
		switch {
		case err != nil || is != f || d.json == nil || d.proto:
			return nil, nil
		case !d.yaml && len(d.notes) == 0:
			return original, d
		case !d.yaml && string(original) != d.text:
			original = []byte(d.text)
		default:
			original = d.json.document()
		}
	}
	return nil, nil
}

// completed is a file that a card was written back into, with all that the specification requires; nil if it does not say what the card says then.
func (f *Format) completed(ctx context.Context, ts *card.Templates, c *card.Card, now, was *Document, original []byte) []byte {
	anew, err := treeOf(ts, c, f, was)
	if err != nil {
		return nil
	}
	text, ok := f.Complete(now, was, &anew)
	switch {
	case !ok:
		return nil
	case text == was.text:
		return original
	}
	if data := sealed(text, original); f.tells(ctx, ts, c, data, was, "") {
		return data
	}
	return nil
}

// keepsWebCards: the older tool has no schema.
func keepsWebCards(*Document, map[string]string) bool { return true }

// keepsMCT wants version 0.0.2 and nothing beside its members at the top.
func keepsMCT(d *Document, edited map[string]string) bool {
	if said(d.json.get("schema_version")) != mctVersion || !onlyMembers(d.json, append([]string{"schema_version"}, mctParts...)) || !isMessage(d.json, "ModelCard") {
		return false
	}
	for key, text := range edited {
		switch {
		case text == "":
		case key == "model_details.license" && !spdxToken.MatchString(text), key == "version.date" && !isDay(text), key == "model_details.references" && !areAddresses(text):
			return false
		}
	}
	return true
}

// isMessage reports whether what a message of the toolkit has is a text, a message or a list where it has to be.
func isMessage(v *value, message string) bool {
	for _, f := range mctMessages[message] {
		m := v.get(f.name)
		if m == nil {
			continue
		}
		items := []value{*m}
		if f.repeated != (m.kind == listValue) {
			return false
		}
		if f.repeated {
			items = m.items
		}
		for i := range items {
			if f.message == "" && items[i].kind != textValue || f.message != "" && (items[i].kind != objectValue || !isMessage(&items[i], f.message)) {
				return false
			}
		}
	}
	return true
}

// modelMembers and bomMembers are what CycloneDX has of a model, and of a bill of materials.
var (
	modelMembers = strings.Fields("type mime-type bom-ref supplier manufacturer authors author publisher group name version description scope hashes licenses copyright cpe purl " +
		"omniborId swhid swid isExternal versionRange patentAssertions modified pedigree externalReferences components evidence releaseNotes modelCard data cryptoProperties properties tags signature")
	bomMembers = strings.Fields("$schema bomFormat specVersion serialNumber version metadata components services externalReferences dependencies compositions vulnerabilities " +
		"annotations formulation declarations definitions citations properties signature")
)

// keepsCycloneDX wants the version that is written, a model card as the schema has it, and edits of free texts only: every object of it is closed, and much is
// from lists.
func keepsCycloneDX(d *Document, edited map[string]string, version string) bool {
	if said(d.json.get("specVersion")) != version || !onlyMembers(d.json, bomMembers) {
		return false
	}
	of := models(d)[d.part]
	if card := of.get("modelCard"); !onlyMembers(of, modelMembers) || card != nil && !isBillObject(card, "ModelCard") {
		return false
	}
	for key, text := range edited {
		if strings.HasPrefix(key, cycloneDXPrefix) && !freeInBill(key) || key == "model_details.license" || text == "" || key == "model_details.references" && !areAddresses(text) {
			return false
		}
	}
	return true
}

func onlyMembers(v *value, names []string) bool {
	return !slices.ContainsFunc(v.members, func(m member) bool { return !slices.Contains(names, m.name) })
}

func areAddresses(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if !isAddress(line) {
			return false
		}
	}
	return true
}

func isAddress(line string) bool {
	u, err := url.Parse(line)
	return err == nil && u.Scheme != "" && !strings.ContainsAny(line, " \t<>\"{}|\\^`")
}
