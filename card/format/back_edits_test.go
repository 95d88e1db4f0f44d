package format

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cardstock/card"
	"cardstock/e2e/soak"
)

// sources are small files, each with something that a careless writer loses.
var sources = map[string]string{
	"mct":       "{\n   \"schema_version\": \"0.0.2\",\n   \"unknown\": {\"deep\": [1.50, 1e3, null]},\n   \"model_details\": {\n      \"name\": \"Pe\\u00e4s\",\n      \"owners\": [\n         {\"name\": \"Ann\"}\n      ],\n      \"references\": [{\"reference\": \"https://a.example\"}, {\"reference\": \"https://b.example\"}]\n   },\n   \"considerations\": {\"users\": [{\"description\": \"Cooks\\r\\nand guests\"}], \"limitations\": []},\n   \"quantitative_analysis\": {\"performance_metrics\": [\n      {\"type\": \"f1\", \"value\": 0.90, \"threshold\": 0.50},\n      {\"type\": \"auc\", \"value\": \"0.70\"}\n   ]}\n}",
	"compact":   `{"model_details":{"name":"Peas","version":{"name":"1.0"}},"considerations":{"users":[{"description":"Cooks"}]},"x":1.0}`,
	"CRLF":      "{\r\n\t\"name\": \"Peas\",\r\n\t\"about\": {\r\n\t\t\"text\": \"Green\",\r\n\t\t\"list\": [\r\n\t\t\t\"a\",\r\n\t\t\t\"b\"\r\n\t\t]\r\n\t}\r\n}\r\n",
	"comments":  "{ // mine\n  \"name\": \"Peas\", /* two */\n  \"more\": {\n    \"text\": \"Green\", // three\n  },\n}\n",
	"webcards":  "{\"Section_Data_28\": [{\"4_Name of the model:\": \"Leaves\"}, {\"5_Model type:\": null}, {\"6_Owner name/s:\": null}, {\"77_Whose?\": \"Ours\"}],\n \"Section_name_28\": \"Model details\", \"Section_Data_90\": [{\"99_Why\": \"So\"}], \"Section_name_90\": \"Extra\", \"session_id\": \"s\"}\n",
	"cyclonedx": "{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.5\",\n  \"serialNumber\": \"urn:uuid:1\",\n  \"components\": [\n    {\"type\": \"library\", \"name\": \"x\"},\n    {\n      \"type\": \"machine-learning-model\",\n      \"name\": \"Peas\",\n      \"modelCard\": {\n        \"considerations\": {\n          \"users\": [\n            \"Cooks\",\n            \"Guests\"\n          ]\n        }\n      }\n    }\n  ]\n}\n",
	"sagemaker": "{\"ModelOverview\": {\"ModelName\": \"Peas\", \"ModelOwner\": \"Ann\"}, \"IntendedUses\": {\"IntendedUses\": \"To eat\"}, \"Own\": {\"Thing\": 1.0}}",
	"wrapped":   `{"ModelCardName": "peas", "Content": "{\"model_overview\": {\"model_name\": \"Peas\", \"model_owner\": \"Ann\"},  \"intended_uses\": {\"intended_uses\": \"To \\u00e9at\"}}", "CreatedBy": {"Arn": "x"}}`,
	"mitchell":  "{\n    \"id\": \"peas\",\n    \"display_name\": \"Peas\",\n    \"model_details\": {\n        \"description\": \"Green\",\n        \"license\": null\n    },\n    \"intended_use\": {\n        \"primary_uses\": null\n    },\n    \"quantitative_analyses\": {},\n    \"model_caveats_and_recommendations\": {\n        \"caveats_and_recommendations\": \"None known of\"\n    }\n}\n",
	"twice":     `"{\"name\": \"Peas\", \"other\": {\"x\": \"Green\"}}"`,
	"yaml":      "# a card\nmodel_details:\n  name: Peas   # short\n  overview: >-\n    Green and\n    round peas\n    of the garden\n\n  owners:\n  - name: Ann\n    contact: a@example.org\n  - {name: Ben, contact: 'b@example.org'}\n  # the licence\n  licenses:\n    - identifier: MIT\n  language: no\nconsiderations:\n  users:\n  - description: |\n      Cooks\n      and guests\n  use_cases: []\n  limitations:\nquantitative_analysis:\n  performance_metrics:\n  - type: f1\n    value: 0.90 # of ten\n  - type: auc\n    value: '0.70'\nlast: \"the \\\"end\\\"\"\n",
	"any yaml":  "name: Peas\r\nabout:\r\n    text: Green\r\n    list: [a, \"b\"]\r\n    long: one\r\n      two three\r\n",
}

// TestEdits: what edits of all sorts make of files.
func TestEdits(t *testing.T) {
	undetected(t)
	for _, tt := range []struct {
		name, source string
		edit         map[string]string // "" takes the answer away
		was, is      string            // what is replaced in the file
	}{
		{"a text keeps the escapes beside it", "mct", map[string]string{"model_details.name": "Peäs 2"}, `Pe\u00e4s`, `Pe\u00e4s 2`},
		{"a number stays one and keeps its digits", "mct", map[string]string{metricsKey: `[{"metric":"f1","value":"0.910"},{"metric":"auc","value":"0.70"}]`}, "0.90", "0.910"},
		{"a text of digits stays a text", "mct", map[string]string{metricsKey: `[{"metric":"f1","value":"0.90"},{"metric":"auc","value":"0.71"}]`}, `"0.70"`, `"0.71"`},
		{"line ends in texts", "mct", map[string]string{"intended_use.primary_users": "Cooks\nall\nand guests"}, `Cooks\r\nand`, `Cooks\r\nall\r\nand`},
		{"a row more", "mct", map[string]string{metricsKey: `[{"metric":"f1","value":"0.90"},{"metric":"auc","value":"0.70"},{"metric":"r2","value":"0.1"}]`}, "\"0.70\"}\n", "\"0.70\"},\n      {\n         \"type\": \"r2\",\n         \"value\": \"0.1\"\n      }\n"},
		{"a row less", "mct", map[string]string{metricsKey: `[{"metric":"f1","value":"0.90"}]`}, ",\n      {\"type\": \"auc\", \"value\": \"0.70\"}", ""},
		{"a cell more", "mct", map[string]string{metricsKey: `[{"metric":"f1","value":"0.90"},{"metric":"auc","slice":"all","value":"0.70"}]`}, `"value": "0.70"`, `"value": "0.70", "slice": "all"`},
		{"an item more", "mct", map[string]string{"model_details.references": "https://a.example\nhttps://b.example\nhttps://c.example"}, `{"reference": "https://b.example"}`, `{"reference": "https://b.example"}, {"reference": "https://c.example"}`},
		{"an item less", "mct", map[string]string{"model_details.references": "https://b.example"}, `{"reference": "https://a.example"}, `, ""},
		{"a list is emptied", "mct", map[string]string{"model_details.references": ""}, ",\n      \"references\": [{\"reference\": \"https://a.example\"}, {\"reference\": \"https://b.example\"}]", ""},
		{"an answer beside another", "mct", map[string]string{"model_details.owner_contact": "a@example.org"}, `{"name": "Ann"}`, `{"name": "Ann", "contact": "a@example.org"}`},
		{"an answer in an empty list", "mct", map[string]string{"caveats.limitations": "Small"}, `"limitations": []`, "\"limitations\": [\n      {\n         \"description\": \"Small\"\n      }\n   ]"},
		{"on one line", "compact", map[string]string{"model_details.license": "MIT"}, `"1.0"}}`, `"1.0"},"licenses":[{"identifier":"MIT"}]}`},
		{"what has nothing left goes, but not what the file is known by", "compact", map[string]string{"intended_use.primary_users": ""}, `{"users":[{"description":"Cooks"}]}`, "{}"},
		{"an answer without a place", "compact", map[string]string{"model_details.feedback": "To us"}, `"Peas",`, `"Peas",`},
		{"CRLF", "CRLF", map[string]string{"json.about.list": "a\nc"}, `"b"`, `"c"`},
		{"CRLF, a section of ours", "CRLF", map[string]string{"intended_use.primary_uses": "To eat"}, "\r\n\t}\r\n}", "\r\n\t},\r\n\t\"intended_use\": {\r\n\t\t\"primary_uses\": \"To eat\"\r\n\t}\r\n}"},
		{"comments", "comments", map[string]string{"json.more.text": "Yellow"}, "Green", "Yellow"},
		{"an empty place", "webcards", map[string]string{"model_details.type": "Tree"}, `{"5_Model type:": null}`, `{"5_Model type:": "Tree"}`},
		{"an answer goes, its question stays", "webcards", map[string]string{"webcards.77": ""}, `"Ours"`, `""`},
		{"an answer of a section that is not there", "webcards", map[string]string{"intended_use.primary_uses": "To eat"}, `"session_id": "s"}`, `"session_id": "s", "Section_Data_30": [{"12_What are the primary intented uses?": "To eat"}], "Section_name_30": "Considerations"}`},
		{"the model of a bill", "cyclonedx", map[string]string{"intended_use.primary_users": "Cooks\nGuests\nAll"}, "\"Guests\"\n", "\"Guests\",\n            \"All\"\n"},
		{"a property", "cyclonedx", map[string]string{"model_details.feedback": "To us"}, "          ]\n        }\n      }", "          ]\n        },\n        \"properties\": [\n          {\n            \"name\": \"cardstock:model_details.feedback\",\n            \"value\": \"To us\"\n          }\n        ]\n      }"},
		{"Pascal case", "sagemaker", map[string]string{"factors.relevant": "Rain"}, `"IntendedUses": "To eat"`, `"IntendedUses": "To eat", "FactorsAffectingModelEfficiency": "Rain"`},
		{"JSON in a text", "wrapped", map[string]string{"model_details.owner_name": "Ben"}, `\"Ann\"`, `\"Ben\"`},
		{"more JSON in a text", "wrapped", map[string]string{"factors.relevant": "Rain"}, `\\u00e9at\"`, `\\u00e9at\", \"factors_affecting_model_efficiency\": \"Rain\"`},
		{"where there was null", "mitchell", map[string]string{"model_details.license": "MIT", "intended_use.primary_uses": ""}, `"license": null`, `"license": "MIT"`},
		{"where there was nothing", "mitchell", map[string]string{"quantitative_analyses.unitary_results": "All fine"}, `"quantitative_analyses": {}`, "\"quantitative_analyses\": {\n        \"unitary_results\": \"All fine\"\n    }"},
		{"saved twice", "twice", map[string]string{"json.other.x": "Yellow"}, "Green", "Yellow"},
		{"YAML, a comment stays", "yaml", map[string]string{"model_details.name": "Beans"}, "name: Peas   #", "name: Beans   #"},
		{"YAML, a folded text", "yaml", map[string]string{"mct.model_details.overview": "Green and flat peas of the garden"}, "round peas", "flat peas"},
		{"YAML, a literal", "yaml", map[string]string{"intended_use.primary_users": "Cooks\nall\nand guests\n"}, "Cooks\n", "Cooks\n      all\n"},
		{"YAML, Norwegian", "yaml", map[string]string{"mct.model_details.language": "nb"}, "language: no", "language: nb"},
		{"YAML, a number", "yaml", map[string]string{metricsKey: `[{"metric":"f1","value":"0.95"},{"metric":"auc","value":"0.70"}]`}, "0.90", "0.95"},
		{"YAML, a row more", "yaml", map[string]string{metricsKey: `[{"metric":"f1","value":"0.90"},{"metric":"auc","value":"0.70"},{"metric":"no","value":"1"}]`}, "    value: '0.70'\n", "    value: '0.70'\n  - type: 'no'\n    value: '1'\n"},
		{"YAML, a row less", "yaml", map[string]string{metricsKey: `[{"metric":"auc","value":"0.70"}]`}, "  - type: f1\n    value: 0.90 # of ten\n", ""},
		{"YAML, an owner less", "yaml", map[string]string{"model_details.owner_name": "Ann", "model_details.owner_contact": "a@example.org"}, "  - {name: Ben, contact: 'b@example.org'}\n", ""},
		{"YAML, in brackets", "yaml", map[string]string{"model_details.owner_name": "Ann; Bob"}, "{name: Ben,", "{name: Bob,"},
		{"YAML, the last", "yaml", map[string]string{"mct.last": "the \"very end\""}, `\"end`, `\"very end`},
		{"YAML, a place without a value", "yaml", map[string]string{"caveats.limitations": "Small"}, "  limitations:\n", "  limitations: Small\n"},
		{"YAML, an empty list", "yaml", map[string]string{"intended_use.primary_uses": "To eat"}, "use_cases: []", "use_cases: [{description: To eat}]"},
		{"YAML, a member more", "yaml", map[string]string{"model_details.citation": "Ann (2024)"}, "  language: no\n", "  language: no\n  citations:\n    - citation: Ann (2024)\n"},
		{"YAML, a member less", "yaml", map[string]string{"model_details.license": ""}, "  licenses:\n    - identifier: MIT\n", ""},
		{"YAML, CRLF", "any yaml", map[string]string{"json.about.list": "a\nc"}, `"b"`, `"c"`},
		{"YAML, plain lines", "any yaml", map[string]string{"json.about.long": "one two four"}, "three", "four"},
		{"YAML, a section of ours", "any yaml", map[string]string{"intended_use.primary_uses": "To eat\nand sell"}, "two three\r\n", "two three\r\nintended_use:\r\n  primary_uses: |-\r\n    To eat\r\n    and sell\r\n"},
	} {
		data := sources[tt.source]
		r := read(t, []byte(data))
		c := r.Card
		for key, answer := range tt.edit {
			f, _ := c.Field(key)
			if f == nil {
				t.Fatalf("%s: no question %s in %q", tt.name, key, slices.Sorted(maps.Keys(keysOf(c))))
			}
			f.Answer = answer
		}
		out := returned(t, c, []byte(data), r.As)
		if want := strings.Replace(data, tt.was, tt.is, 1); out.Anew || string(out.Data) != want && tt.was != tt.is || !strings.Contains(data, tt.was) {
			t.Errorf("%s: anew: %v\n got %q\nwant %q", tt.name, out.Anew, out.Data, want)
		}
		checkReturned(t, tt.name, c, out)
	}
}

func keysOf(c *card.Card) map[string]bool {
	keys := map[string]bool{}
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			keys[f.Key] = true
		}
	}
	return keys
}

// checkReturned: all that the card says is in the file, and nothing more; written once more it is the same file.
func checkReturned(t *testing.T, name string, c *card.Card, out *Return) {
	t.Helper()
	r, err := Read(templates(t), out.Data)
	if err != nil || r.Format != out.Format {
		t.Errorf("%s: read as %+v, %v\n%.400q", name, r, err, out.Data)
		return
	}
	there, wanted := everything(r.Card), everything(c)
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			if f.Answered() && leftOut(&f, r.Card, there) {
				t.Errorf("%s: %s is lost: %q", name, f.Key, f.Answer)
			}
		}
	}
	for _, s := range r.Card.Sections {
		for _, f := range s.Fields {
			if f.Kind != card.Table && f.Answered() && !wanted.holds(f.Answer) {
				t.Errorf("%s: %s is still there: %q", name, f.Key, f.Answer)
			}
		}
	}
	if again := returned(t, r.Card, out.Data, r.As); string(again.Data) != string(out.Data) {
		t.Errorf("%s: the second time it is another file", name)
	}
}

// TestRandomEditsOfEveryFile: answers change, go and come, and questions are added and deleted, in each file of the corpus: all that the card says is in
// the file then.
func TestRandomEditsOfEveryFile(t *testing.T) {
	undetected(t)
	files := everyFile(t)
	for name, text := range sources {
		files["source "+name] = []byte(text)
	}
	anew := map[string]int{}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		r, err := Read(templates(t), data)
		if err != nil || r.Format == hubFormat || r.Format == mctProtoFormat || tooLongForAShare(data) {
			continue
		}
		seeds := soak.Share(30, 1)
		for seed := range uint64(seeds) {
			c := r.Card.Clone()
			randomEdits(rand.New(rand.NewPCG(seed, uint64(len(data)))), c)
			out := returned(t, c, data, r.As)
			total++
			if out.Anew {
				anew[string(r.As)]++
				t.Logf("%s %d: written anew", name, seed)
			}
			checkReturned(t, fmt.Sprint(name, " ", seed), c, out)
		}
	}
	t.Logf("%d files written, of them anew: %v", total, anew)
}

func randomEdits(r *rand.Rand, c *card.Card) {
	for range 1 + r.IntN(4) {
		s := &c.Sections[r.IntN(len(c.Sections))]
		if r.IntN(5) == 0 {
			key := fmt.Sprintf("own.%d", r.IntN(1000))
			if f, _ := c.Field(key); f == nil {
				s.Fields = append(s.Fields, card.Field{Key: key, Label: "Mine, number " + key, Kind: card.Text, Custom: true, Answer: "New words " + key})
			}
		}
		if len(s.Fields) == 0 {
			continue
		}
		i := r.IntN(len(s.Fields))
		f := &s.Fields[i]
		switch {
		case r.IntN(4) == 0 && f.Custom:
			s.Fields = slices.Delete(s.Fields, i, i+1)
		case r.IntN(3) == 0:
			f.Answer = ""
		case f.Kind == card.Table:
			f.Answer = card.TableAnswer(append(f.ParseRows(), map[string]string{"metric": fmt.Sprint("m", r.IntN(99)), "value": "0.5", "slice": "some"}))
		case f.Kind == card.Choice:
			f.Answer = f.Options[0]
		case f.Answer == "":
			f.Answer = fmt.Sprint("Answer ", r.IntN(1000))
		default:
			words := strings.SplitAfter(f.Answer, " ")
			words[r.IntN(len(words))] = "<é> \"q\" "
			f.Answer = strings.Join(words, "")
		}
	}
}
