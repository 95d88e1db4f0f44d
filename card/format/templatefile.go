package format

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// templateFormat is the form of a card without what was answered, as the setting --templates takes it.
var templateFormat = &Format{
	Name: "template", Label: "Cardstock template", Use: "The sections and questions without the answers: open it to start other cards, here or on a server of your own", Suffix: ".template.yaml",
	MediaType: "application/yaml", Encode: encodeTemplate, Detect: detectTemplate, Decode: decodeTemplate,
}

// The file as card.Template reads it, without what is empty.
type templateFile struct {
	Key      string            `yaml:"key"`
	Kind     card.Kind         `yaml:"kind"`
	Title    string            `yaml:"title"`
	Summary  string            `yaml:"summary,omitempty"`
	Source   string            `yaml:"source,omitempty"`
	Name     string            `yaml:"name,omitempty"`
	Sections []templateSection `yaml:"sections"`
}

type templateSection struct {
	Key    string          `yaml:"key"`
	Title  string          `yaml:"title"`
	Lede   string          `yaml:"lede,omitempty"`
	Source string          `yaml:"source,omitempty"`
	Fields []templateField `yaml:"fields,omitempty"`
}

type templateField struct {
	Key       string           `yaml:"key"`
	Label     string           `yaml:"label"`
	Hint      string           `yaml:"hint,omitempty"`
	Kind      card.FieldKind   `yaml:"kind"`
	Essential bool             `yaml:"essential,omitempty"`
	Preset    string           `yaml:"preset,omitempty"`
	Options   []string         `yaml:"options,omitempty"`
	Columns   []templateColumn `yaml:"columns,omitempty"`
	Example   string           `yaml:"example,omitempty"`
	Source    string           `yaml:"source,omitempty"`
}

type templateColumn struct {
	Key     string         `yaml:"key"`
	Title   string         `yaml:"title"`
	Kind    card.FieldKind `yaml:"kind"`
	Options []string       `yaml:"options,omitempty"`
}

func encodeTemplate(ts *card.Templates, c *card.Card) ([]byte, error) {
	help := ts.For(c)
	t := templateFile{Kind: c.Kind, Title: strings.TrimSpace(c.Title), Summary: help.Summary, Source: help.Source}
	if t.Title == "" {
		t.Title = help.Title
	}
	t.Key = templateKey(t.Title)
	for i := range c.Sections {
		s := &c.Sections[i]
		of := templateSection{Key: s.Key, Title: or(s.Title, "Section")}
		if h := help.Section(s.Key); h != nil {
			of.Lede, of.Source = h.Lede, h.Source
		}
		for j := range s.Fields {
			of.Fields = append(of.Fields, newTemplateField(help, &s.Fields[j]))
			if s.Fields[j].Key == help.Name {
				t.Name = help.Name
			}
		}
		t.Sections = append(t.Sections, of)
	}
	if len(t.Sections) == 0 {
		t.Sections = []templateSection{{Key: "card", Title: t.Title}}
	}
	data, err := yaml.Dump(t)
	if err != nil {
		return nil, err
	}
	if _, err := card.ParseTemplate(data); err != nil {
		return nil, fmt.Errorf("the template of the card is none: %w", err)
	}
	return data, nil
}

func or(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

var notOfKeys = regexp.MustCompile(`[^a-z0-9]+`)

// templateKey makes a key that is never that of a template of ours.
func templateKey(title string) string {
	key := strings.Trim(notOfKeys.ReplaceAllString(strings.ToLower(title), "-"), "-")
	return strings.TrimSuffix("own-"+key[:min(len(key), 60)], "-")
}

// newTemplateField is a question as a template asks it. One whose kind does not go with what it has, as an import may bring it, asks for
// text.
func newTemplateField(help *card.Template, f *card.Field) templateField {
	out := templateField{Key: f.Key, Label: or(f.Label, "Question"), Kind: f.Kind, Essential: f.Essential}
	switch {
	case f.Kind == card.Choice && len(f.Options) > 0:
		out.Options = f.Options
	case f.Kind == card.Table && len(f.Columns) > 0:
		for _, c := range f.Columns {
			c.Title = or(c.Title, c.Key)
			out.Columns = append(out.Columns, templateColumn(c))
		}
	case f.Kind == card.Choice || f.Kind == card.Table:
		out.Kind = card.Text
	}
	if h := help.Field(f.Key); h != nil {
		out.Hint, out.Example, out.Source = h.Hint, h.Example, h.Source
		if asked := (card.Field{Kind: out.Kind, Options: out.Options}); out.Kind == h.Kind && asked.CheckAnswer(h.Preset) == nil {
			out.Preset = h.Preset // the card's own options may not have it
		}
	}
	return out
}
