package format

import (
	"strings"
	"testing"
)

// TestAnswerOfOursBesideItsPlace: where a file holds an answer under the name of its question, and another text where the format has a place for it, the
// first is the answer and the other is kept, whichever stands first.
func TestAnswerOfOursBesideItsPlace(t *testing.T) {
	for name, tt := range map[string]struct{ file, key, want, more string }{
		"bill": {`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "P",
			"externalReferences": [{"type": "documentation", "url": "https://a.example"}], "modelCard": {"properties": [{"name": "cardstock:model_details.references", "value": "A book"}]}}]}`,
			"model_details.references", "A book", "https://a.example"},
		"bill, the other way round": {`{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "P",
			"modelCard": {"properties": [{"name": "cardstock:model_details.references", "value": "A book"}]}, "externalReferences": [{"type": "documentation", "url": "https://a.example"}]}]}`,
			"model_details.references", "A book", "https://a.example"},
		"SageMaker": {`{"model_overview": {"model_name": "P", "model_owner": "Ann"}, "additional_information": {"custom_details": {"Owner name/s [model_details.owner_name]": "Ben\nand Cem"}}}`,
			"model_details.owner_name", "Ben\nand Cem", "Ann"},
		"toolkit": {`{"model_details": {"name": "P", "owners": [{"name": "Ann"}], "documentation": "<!-- model_details.owner_name -->\n### Owner\n\nBen"}, "considerations": {}}`,
			"model_details.owner_name", "Ben", "Ann"},
		"Croissant": {`{"@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0", "name": "P", "license": "mit", "additionalProperty":
			[{"@type": "PropertyValue", "propertyID": "distribution.license", "name": "Licence", "value": "Ask us"}]}`, "distribution.license", "Ask us", "mit"},
		"the same twice": {`{"model_overview": {"model_name": "P", "model_owner": "Ann"}, "additional_information": {"custom_details": {"Owner name/s [model_details.owner_name]": "Ann"}}}`,
			"model_details.owner_name", "Ann", ""},
	} {
		r := read(t, []byte(tt.file))
		more, _ := r.Card.Field(tt.key + ".more")
		if got := answer(t, r.Card, tt.key); got != tt.want || (more == nil) != (tt.more == "") || more != nil && more.Answer != tt.more {
			t.Errorf("%s: %q, want %q; beside it %+v, want %q", name, got, tt.want, more, tt.more)
		}
		for key, with := range map[string]string{tt.key: "Edited", tt.key + ".more": "https://changed.example"} {
			c := r.Card.Clone()
			f, _ := c.Field(key)
			if f == nil {
				continue
			}
			f.Answer = with
			out := returned(t, c, []byte(tt.file), r.As)
			if is := read(t, out.Data).Card; out.Anew && name != "toolkit" || answer(t, is, key) != with || !strings.Contains(string(out.Data), with) {
				t.Errorf("%s: %s edited (anew: %v) is\n%s", name, key, out.Anew, out.Data)
			}
		}
	}
}
