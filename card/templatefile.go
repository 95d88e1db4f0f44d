package card

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed templates/*.yaml
var embedded embed.FS

// LoadTemplates reads the rules, the built-in templates and then those of each overlay, where a template with a key
// that is there already replaces it. An error names the file, the line and the reason.
func LoadTemplates(overlays ...fs.FS) (*Templates, error) {
	builtin, err := fs.Sub(embedded, "templates")
	if err != nil {
		return nil, err
	}
	rules, err := loadRules()
	if err != nil {
		return nil, err
	}
	ts := &Templates{byKey: map[string]*Template{}, rules: rules}
	for _, fsys := range append([]fs.FS{builtin}, overlays...) {
		if err := ts.load(fsys); err != nil {
			return nil, err
		}
	}
	return ts, nil
}

func (ts *Templates) load(fsys fs.FS) error {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return err
	}
	seen := map[string]string{}
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		data, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return err
		}
		t, err := ParseTemplate(data)
		if err != nil {
			return fmt.Errorf("template %s, %w", e.Name(), err)
		}
		if other := seen[t.Key]; other != "" {
			return fmt.Errorf("template %s, line 1: the key %s is also that of %s", e.Name(), t.Key, other)
		}
		if Kind(t.Key).Valid() && Kind(t.Key) != t.Kind {
			return fmt.Errorf("template %s, line 1: the key %s is for the standard template of that kind; choose another key", e.Name(), t.Key)
		}
		seen[t.Key] = e.Name()
		ts.byKey[t.Key] = t
	}
	return nil
}

// ParseTemplate reads and checks one template file. Its error starts with "line N: ".
func ParseTemplate(data []byte) (*Template, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, yamlError(err)
	}
	t := &Template{}
	if err := yaml.Load(data, t, yaml.WithKnownFields()); err != nil {
		return nil, yamlError(err)
	}
	at := lines{root: &root}
	if err := t.check(at); err != nil {
		return nil, err
	}
	t.fields = map[string]*FieldTemplate{}
	for i := range t.Sections {
		for j := range t.Sections[i].Fields {
			f := &t.Sections[i].Fields[j]
			t.fields[f.Key] = f
		}
	}
	if t.Name != "" && t.fields[t.Name] == nil {
		return nil, at.of("name").errorf("name: no field has the key %s", t.Name)
	}
	return t, nil
}

func (t *Template) check(at lines) error {
	switch {
	case !ValidKey(t.Key):
		return at.of("key").errorf("key: a template needs a key of lower-case letters, digits, _ and -")
	case !t.Kind.Valid():
		return at.of("kind").errorf("kind: write model or datasheet")
	case t.Title == "":
		return at.errorf("title: a template needs a title")
	case len(t.Sections) == 0:
		return at.errorf("sections: a template needs at least one section")
	}
	seen := map[string]bool{}
	for i := range t.Sections {
		s, at := &t.Sections[i], at.of("sections", i)
		if !ValidKey(s.Key) || seen["section "+s.Key] {
			return at.of("key").errorf("sections: the key %q is there twice or is not a key", s.Key)
		}
		if s.Title == "" {
			return at.errorf("section %s: title is missing", s.Key)
		}
		seen["section "+s.Key] = true
		for j := range s.Fields {
			f, at := &s.Fields[j], at.of("fields", j)
			if !ValidKey(f.Key) || seen[f.Key] {
				return at.of("key").errorf("section %s: the field key %q is there twice or is not a key", s.Key, f.Key)
			}
			seen[f.Key] = true
			if err := f.check(at); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *FieldTemplate) check(at lines) error {
	switch {
	case f.Label == "":
		return at.errorf("field %s: label is missing", f.Key)
	case !f.Kind.Valid():
		return at.errorf("field %s: kind is %q; write line, text, list, date, number, choice or table", f.Key, f.Kind)
	case (f.Kind == Choice) != (len(f.Options) > 0):
		return at.errorf("field %s: a choice needs options, and only a choice has them", f.Key)
	case (f.Kind == Table) != (len(f.Columns) > 0):
		return at.errorf("field %s: a table needs columns, and only a table has them", f.Key)
	case f.Kind == Table && f.Preset != "":
		return at.errorf("field %s: a table cannot have a preset", f.Key)
	}
	seen := map[string]bool{}
	for _, c := range f.Columns {
		if !ValidKey(c.Key) || strings.Contains(c.Key, ".") || seen[c.Key] || c.Title == "" {
			return at.errorf("field %s: each column needs a key of its own, without dots, and a title", f.Key)
		}
		seen[c.Key] = true
		if !c.Kind.Valid() || c.Kind == Table || c.Kind == List || c.Kind == Text {
			return at.errorf("field %s: column %s: kind is line, date, number or choice", f.Key, c.Key)
		}
	}
	field := f.New()
	if err := field.CheckAnswer(f.Preset); err != nil {
		return at.errorf("field %s: preset: %v", f.Key, err)
	}
	return nil
}

// lines finds the line of a value in a YAML document, for messages: of its path from the top, or of as much of
// the path as there is.
type lines struct {
	root *yaml.Node
	path []any // names of members and places in lists
}

func (l lines) of(steps ...any) lines { return lines{l.root, append(slices.Clone(l.path), steps...)} }

func (l lines) errorf(format string, args ...any) error {
	n := l.root
	if len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, s := range l.path {
		next := step(n, s)
		if next == nil {
			break
		}
		n = next
	}
	return fmt.Errorf("line %d: %s", max(n.Line, 1), fmt.Sprintf(format, args...))
}

// step returns the member with a name, or the item at a place; nil if there is none.
func step(n *yaml.Node, s any) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if i, ok := s.(int); ok && n.Kind == yaml.SequenceNode && i < len(n.Content) {
		return n.Content[i]
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == s {
			return n.Content[i+1]
		}
	}
	return nil
}

// unknownMember is how the library says that a file has an entry we do not know.
var unknownMember = regexp.MustCompile(`^field (\S+) not found in type .*$`)

// yamlError puts the library's message into the form "line N: reason".
func yamlError(err error) error {
	var all *yaml.LoadErrors
	var one *yaml.LoadError
	if errors.As(err, &all) && len(all.Errors) > 0 {
		one = all.Errors[0]
	}
	if one != nil || errors.As(err, &one) {
		return fmt.Errorf("line %d: %s", max(one.Mark.Line, 1), unknownMember.ReplaceAllString(one.Message, "a template has no entry called $1 here"))
	}
	return fmt.Errorf("line 1: %s", strings.TrimPrefix(err.Error(), "yaml: "))
}
