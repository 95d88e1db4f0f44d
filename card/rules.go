package card

import (
	"embed"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"
)

//go:embed rules/rules.yaml
var rulesFile embed.FS

// Severity says how much a finding matters.
type Severity string

// The severities.
const (
	Essential Severity = "essential" // without it a reader cannot judge the model or the data
	Advice    Severity = "advice"
)

// A Rule is something to look for in a card. Rules are data, in rules/rules.yaml; how to look is one of a few checks.
type Rule struct {
	ID       string   `yaml:"id"` // for ever
	Severity Severity `yaml:"severity"`
	Kinds    []Kind   `yaml:"kinds"`
	Check    string   `yaml:"check"`
	Says     string   `yaml:"says"`   // what is wrong with an answer, one sentence
	Why      string   `yaml:"why"`    // why it matters
	Source   string   `yaml:"source"` // who says so
	Good     string   `yaml:"good"`   // what a good answer holds

	// What the check needs; each says what of it.
	Essential bool     `yaml:"essential"`
	Fields    []string `yaml:"fields"`
	Without   []string `yaml:"without"`
	When      []string `yaml:"when"`
	Unless    []string `yaml:"unless"`
	Words     []string `yaml:"words"`
	Needs     []string `yaml:"needs"`
	Least     int      `yaml:"least"`
	Column    string   `yaml:"column"`
	Columns   []string `yaml:"columns"`

	plain []string // Words as findNeeds looks for them
}

// Rules are all rules, and the points that answers are worth.
type Rules struct {
	Score Points  `yaml:"score"`
	Rules []*Rule `yaml:"rules"`
}

// Points say what the answer to a question is worth.
type Points struct {
	Essential int      `yaml:"essential"`
	Other     int      `yaml:"other"`
	Without   []string `yaml:"without"` // keys of questions without points
}

// of returns the points of a question; ft is nil for one that no template has.
func (p *Points) of(f *Field, ft *FieldTemplate) int {
	switch {
	case ft != nil && ft.Preset != "" || slices.Contains(p.Without, f.Key):
		return 0
	case f.Essential:
		return p.Essential
	}
	return p.Other
}

// loadRules reads the built-in rules.
func loadRules() (*Rules, error) {
	data, err := rulesFile.ReadFile("rules/rules.yaml")
	if err != nil {
		return nil, err
	}
	return parseRules(data)
}

func parseRules(data []byte) (*Rules, error) {
	rs := &Rules{}
	if err := yaml.Load(data, rs, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("rules: %w", yamlError(err))
	}
	if rs.Score.Other < 1 || rs.Score.Essential < rs.Score.Other {
		return nil, errors.New("rules: an answer is worth a point at least, and an essential one no less")
	}
	seen := map[string]bool{}
	for _, r := range rs.Rules {
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("rule %q: %w", r.ID, err)
		}
		if seen[r.ID] {
			return nil, fmt.Errorf("rule %q: there are two of this id", r.ID)
		}
		seen[r.ID] = true
		for _, w := range r.Words {
			r.plain = append(r.plain, plainWords(w))
		}
	}
	return rs, nil
}

func (r *Rule) check() error {
	c, known := checks[r.Check]
	switch {
	case !ValidKey(r.ID):
		return errors.New("an id is lower-case letters, digits and -")
	case r.Severity != Essential && r.Severity != Advice:
		return errors.New("severity: write essential or advice")
	case len(r.Kinds) == 0 || slices.ContainsFunc(r.Kinds, func(k Kind) bool { return !k.Valid() }):
		return errors.New("kinds: write model, datasheet or both")
	case !known:
		return fmt.Errorf("check: there is no %q", r.Check)
	case r.Says == "" || r.Why == "" || r.Source == "" || r.Good == "":
		return errors.New("says, why, source and good are all needed")
	case r.Essential && len(r.Fields) > 0:
		return errors.New("a rule is about its fields or about the essential ones, not both")
	case c.lacks(r):
		return fmt.Errorf("the check %s needs something that is not there; see checks.go", r.Check)
	}
	return nil
}

// Rule returns the rule with the id, or nil.
func (rs *Rules) Rule(id string) *Rule {
	for _, r := range rs.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}
