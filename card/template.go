package card

import (
	"sort"
	"strings"
)

// A Template is the empty form of a card: its sections, questions and help, read from
// one YAML file. A card is copied from it, so no stored row is shared between cards.
type Template struct {
	Key      string            `yaml:"key"`
	Kind     Kind              `yaml:"kind"`
	Title    string            `yaml:"title"`
	Summary  string            `yaml:"summary"`
	Source   string            `yaml:"source"`
	Name     string            `yaml:"name"` // key of the field whose answer names a card without a title
	Sections []SectionTemplate `yaml:"sections"`

	fields map[string]*FieldTemplate
}

// A SectionTemplate is a section as the template has it.
type SectionTemplate struct {
	Key    string          `yaml:"key"`
	Title  string          `yaml:"title"`
	Lede   string          `yaml:"lede"`
	Source string          `yaml:"source"`
	Fields []FieldTemplate `yaml:"fields"`
}

// A FieldTemplate is a question with its help.
type FieldTemplate struct {
	Key       string           `yaml:"key"`
	Label     string           `yaml:"label"`
	Hint      string           `yaml:"hint"`    // the question in plain words, and what helps to answer it
	Example   string           `yaml:"example"` // what a good answer looks like
	Source    string           `yaml:"source"`  // the paper's section that asks it
	Kind      FieldKind        `yaml:"kind"`
	Essential bool             `yaml:"essential"`
	Preset    string           `yaml:"preset"`
	Options   []string         `yaml:"options"`
	Columns   []ColumnTemplate `yaml:"columns"`
}

// A ColumnTemplate is one column of a table question.
type ColumnTemplate struct {
	Key     string    `yaml:"key"`
	Title   string    `yaml:"title"`
	Kind    FieldKind `yaml:"kind"`
	Options []string  `yaml:"options"`
}

// Templates are the templates a server offers.
type Templates struct {
	byKey map[string]*Template
	rules *Rules
}

// Get returns the template with the key, or nil.
func (ts *Templates) Get(key string) *Template { return ts.byKey[key] }

// For returns the template of a card: the one it was made from or, if the server no
// longer has it, the built-in one of its kind.
func (ts *Templates) For(c *Card) *Template {
	if t := ts.byKey[c.Template]; t != nil && t.Kind == c.Kind {
		return t
	}
	return ts.byKey[string(c.Kind)]
}

// All returns the templates, model cards first, then by key.
func (ts *Templates) All() []*Template {
	all := make([]*Template, 0, len(ts.byKey))
	for _, t := range ts.byKey {
		all = append(all, t)
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].Kind != all[j].Kind {
			return all[i].Kind == Model
		}
		return all[i].Key < all[j].Key
	})
	return all
}

// Field returns the help of the field with the key, or nil.
func (t *Template) Field(key string) *FieldTemplate { return t.fields[key] }

// Section returns the section with the key, or nil.
func (t *Template) Section(key string) *SectionTemplate {
	for i := range t.Sections {
		if t.Sections[i].Key == key {
			return &t.Sections[i]
		}
	}
	return nil
}

// Counts returns how many questions the template has and how many are essential.
func (t *Template) Counts() (questions, essential int) {
	p := t.New().Progress()
	return p.Fields, p.Essential
}

// New copies the template into an empty card.
func (t *Template) New() *Card {
	c := &Card{Kind: t.Kind, Template: t.Key, Sections: make([]Section, 0, len(t.Sections))}
	for i := range t.Sections {
		st := &t.Sections[i]
		s := Section{Key: st.Key, Title: st.Title, Fields: make([]Field, 0, len(st.Fields))}
		for j := range st.Fields {
			s.Fields = append(s.Fields, st.Fields[j].New())
		}
		c.Sections = append(c.Sections, s)
	}
	return c
}

// New copies the question into an empty field.
func (ft *FieldTemplate) New() Field {
	f := Field{Key: ft.Key, Label: ft.Label, Kind: ft.Kind, Essential: ft.Essential,
		Options: append([]string(nil), ft.Options...), Answer: ft.Preset}
	for _, c := range ft.Columns {
		f.Columns = append(f.Columns, Column(c))
	}
	return f
}

// NameKeys returns the keys of all naming questions, for a query over cards of several templates.
func (ts *Templates) NameKeys() []string {
	keys := []string{}
	for _, t := range ts.byKey {
		keys = append(keys, t.Name)
	}
	return keys
}

// NameKey returns the key of the naming question of cards made from a template.
func (ts *Templates) NameKey(template string, kind Kind) string {
	return ts.For(&Card{Template: template, Kind: kind}).Name
}

// DisplayName is what a card is called on pages and in file names: its title, else the
// answer to the template's naming question, else "Untitled model card".
func (ts *Templates) DisplayName(c *Card) string {
	answer := ""
	if t := ts.For(c); t != nil && t.Name != "" {
		if f, _ := c.Field(t.Name); f != nil {
			answer = f.Answer
		}
	}
	return DisplayName(c.Kind, c.Title, answer)
}

// DisplayName chooses between a card's title and the answer to its naming question.
func DisplayName(kind Kind, title, nameAnswer string) string {
	for _, s := range []string{title, nameAnswer} {
		s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
		if s != "" {
			if r := []rune(s); len(r) > MaxTitle {
				s = string(r[:MaxTitle])
			}
			return s
		}
	}
	return "Untitled " + kind.Word()
}
