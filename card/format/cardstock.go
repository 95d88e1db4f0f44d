package format

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"

	"cardstock/card"
)

// cardstockFormat is our own lossless JSON: reading an export gives the card that was
// exported, to the last character. It holds content only, so two exports of the same
// card are the same bytes. card.schema.json describes it.
var cardstockFormat = &Format{
	Name: "cardstock", Label: "Cardstock JSON", Use: "A data file in which nothing is lost", Suffix: ".json", MediaType: "application/json",
	Detect: detectCardstock, Decode: decodeCardstock, Encode: encodeCardstock,
}

// cardstockVersion is raised when a file could no longer be understood by its last reader.
const (
	cardstockName    = "cardstock/"
	cardstockVersion = "1"
)

//go:embed card.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of Cardstock JSON.
func Schema() []byte { return bytes.Clone(schema) }

// The members stand in the order in which a person reads them.
type cardJSON struct {
	Format   string        `json:"format"`
	Kind     card.Kind     `json:"kind"`
	Template string        `json:"template"`
	Title    string        `json:"title"`
	Sections []sectionJSON `json:"sections"`

	Attachments []attachmentJSON `json:"attachments,omitempty"`
}

type sectionJSON struct {
	Key    string      `json:"key"`
	Title  string      `json:"title"`
	Custom bool        `json:"custom,omitempty"`
	Fields []fieldJSON `json:"fields"`
}

type fieldJSON struct {
	Key       string         `json:"key"`
	Label     string         `json:"label"`
	Kind      card.FieldKind `json:"kind"`
	Essential bool           `json:"essential,omitempty"`
	Custom    bool           `json:"custom,omitempty"`
	Options   []string       `json:"options,omitempty"`
	Columns   []card.Column  `json:"columns,omitempty"`
	Answer    any            `json:"answer"`
}

// attachmentJSON is a picture or a table. In the data of a web page a picture has no data: it stands in the article.
type attachmentJSON struct {
	Section   string `json:"section"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Caption   string `json:"caption,omitempty"`
	Alt       string `json:"alt,omitempty"`
	Data      []byte `json:"data,omitempty"`
}

func encodeCardstock(_ *card.Templates, c *card.Card) ([]byte, error) {
	out := cardJSON{Format: cardstockName + cardstockVersion, Kind: c.Kind, Template: c.Template, Title: c.Title,
		Sections: make([]sectionJSON, 0, len(c.Sections))}
	for i := range c.Sections {
		s := &c.Sections[i]
		section := sectionJSON{Key: s.Key, Title: s.Title, Custom: s.Custom, Fields: make([]fieldJSON, 0, len(s.Fields))}
		for j := range s.Fields {
			f := &s.Fields[j]
			section.Fields = append(section.Fields, fieldJSON{f.Key, f.Label, f.Kind, f.Essential, f.Custom,
				f.Options, f.Columns, answerJSON(f)})
		}
		out.Sections = append(out.Sections, section)
	}
	for _, a := range c.Attachments {
		out.Attachments = append(out.Attachments, attachmentJSON{a.Section, a.Name, a.MediaType, a.Caption, a.Alt, a.Bytes})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.Bytes(), err
}

// answerJSON is an answer in the shape of its kind. A table's answer that is not rows, or
// not rows as we write them, stays the text it is: only so does it come back unchanged.
func answerJSON(f *card.Field) any {
	switch f.Kind {
	case card.List:
		return append([]string{}, card.Items(f.Answer)...)
	case card.Table:
		rows := f.ParseRows()
		if f.Answer == "" || card.TableAnswer(rows) == f.Answer {
			return append(card.Rows{}, rows...)
		}
	}
	return f.Answer
}

// detectCardstock goes by the format member alone, so that a file broken elsewhere is
// told what is wrong with it and not that it is unknown.
func detectCardstock(d *Document) bool {
	f := d.json.get("format")
	return f != nil && f.kind == textValue && strings.HasPrefix(f.text, cardstockName)
}
