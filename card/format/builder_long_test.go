package format

import (
	"strings"
	"testing"
	"unicode/utf8"

	"cardstock/card"
)

// TestLongWords: a question or a title that is too long refuses no file; its beginning stands for it, all of it is kept, and the file is edited as ever.
func TestLongWords(t *testing.T) {
	long := "What " + strings.Repeat("very ", 230) + "long"
	for name, file := range map[string]string{
		"README":    "# M\n\n## " + long + "\n\nSoup\n",
		"webcards":  `{"Section_Data_28":[{"77_` + long + `":"Soup"}]}`,
		"key":       `{"name":"M","a":{"` + long + `":"Soup"}}`,
		"section":   `{"name":"M","` + long + `":{"a":"Soup"}}`,
		"property":  `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"machine-learning-model","name":"M","properties":[{"name":"` + long + `","value":"Soup"}]}]}`,
		"SageMaker": `{"model_overview":{"model_name":"M"},"additional_information":{"custom_details":{"` + long + `":"Soup"}}}`,
	} {
		r, err := Read(templates(t), []byte(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		whole := 0
		for i := range r.Card.Sections {
			s := &r.Card.Sections[i]
			if utf8.RuneCountInString(s.Title) > card.MaxTitle {
				t.Errorf("%s: a title of %d", name, len(s.Title))
			}
			for j := range s.Fields {
				f := &s.Fields[j]
				if strings.EqualFold(f.Answer, long) {
					whole++
				}
				f.Answer = strings.Replace(f.Answer, "Soup", "Stew", 1)
			}
		}
		if whole != 1 {
			t.Errorf("%s: %d answers have all words", name, whole)
		}
		if out := returned(t, r.Card, []byte(file), r.As); string(out.Data) != strings.Replace(file, "Soup", "Stew", 1) {
			t.Errorf("%s: %s", name, out.Data)
		}
	}
}
