package card

import "slices"

// Changes to the structure of a card. Each checks its rules, so a card that obeyed the
// limits still does; a change that is refused leaves the card as it was.

// AddSection adds a custom section at the end. The key must be new in the card.
func (c *Card) AddSection(key, title string) error {
	title, err := sectionTitle(title)
	if err != nil {
		return err
	}
	if len(c.Sections) >= MaxSections {
		return Errorf(Invalid, "This card has %d sections, which is the most it can have. Delete one you added first.", MaxSections)
	}
	c.Sections = append(c.Sections, Section{Key: key, Title: title, Custom: true})
	return nil
}

// AddField adds a custom field at the end of a section. The key must be new in the card.
func (c *Card) AddField(section, key, label string) error {
	s := c.Section(section)
	if s == nil {
		return errNoSection
	}
	label, err := CheckLabel(label)
	if err != nil {
		return err
	}
	if c.Progress().Fields >= MaxFields {
		return Errorf(Invalid, "This card has %d questions, which is the most it can have. Delete one you added first.", MaxFields)
	}
	s.Fields = append(s.Fields, Field{Key: key, Label: label, Kind: Text, Custom: true})
	return nil
}

// RenameSection gives a custom section another title.
func (c *Card) RenameSection(key, title string) error {
	s, err := c.customSection(key, "renamed")
	if err != nil {
		return err
	}
	title, err = sectionTitle(title)
	if err == nil {
		s.Title = title
	}
	return err
}

// RenameField gives a custom field another question.
func (c *Card) RenameField(key, label string) error {
	f, _, err := c.customField(key, "renamed")
	if err != nil {
		return err
	}
	label, err = CheckLabel(label)
	if err == nil {
		f.Label = label
	}
	return err
}

// RemoveSection deletes a custom section with all its fields, pictures and tables. The last section of a card stays: without one there is nothing to open.
func (c *Card) RemoveSection(key string) error {
	s, err := c.customSection(key, "deleted")
	if err != nil {
		return err
	}
	if len(c.Sections) == 1 {
		return Errorf(Invalid, "%s is the only section of this card and cannot be deleted. Add another one first, or delete the card.", s.Title)
	}
	c.Sections = slices.DeleteFunc(c.Sections, func(s Section) bool { return s.Key == key })
	c.dropAttachments()
	return nil
}

// RemoveField deletes a custom field.
func (c *Card) RemoveField(key string) error {
	_, s, err := c.customField(key, "deleted")
	if err != nil {
		return err
	}
	s.Fields = slices.DeleteFunc(s.Fields, func(f Field) bool { return f.Key == key })
	return nil
}

// MoveSection puts a custom section before another one, or at the end if before is "".
func (c *Card) MoveSection(key, before string) error {
	if _, err := c.customSection(key, "moved"); err != nil {
		return err
	}
	moved, ok := move(c.Sections, func(s Section) string { return s.Key }, key, before)
	if !ok {
		return errNoSection
	}
	c.Sections = moved
	return nil
}

// MoveField puts a custom field before another one of its section, or at the section's end if before is "".
func (c *Card) MoveField(key, before string) error {
	_, s, err := c.customField(key, "moved")
	if err != nil {
		return err
	}
	moved, ok := move(s.Fields, func(f Field) string { return f.Key }, key, before)
	if !ok {
		return errNoField
	}
	s.Fields = moved
	return nil
}

// Clear empties the answers of a section; questions with a preset go back to it.
func (c *Card) Clear(section string, t *Template) error {
	s := c.Section(section)
	if s == nil {
		return errNoSection
	}
	for i := range s.Fields {
		s.Fields[i].Answer = ""
		if ft := t.Field(s.Fields[i].Key); ft != nil {
			s.Fields[i].Answer = ft.Preset
		}
	}
	return nil
}

// Reset sets the card back to its empty template. What was added goes, pictures and tables too; the title stays.
func (c *Card) Reset(t *Template) {
	c.Template, c.Sections, c.Attachments = t.Key, t.New().Sections, nil
}

var (
	errNoSection = Errorf(NotFound, "There is no such section in this card.")
	errNoField   = Errorf(NotFound, "There is no such question in this card.")
)

func sectionTitle(title string) (string, error) {
	title, err := CheckTitle(title)
	if err == nil && title == "" {
		err = Errorf(Invalid, "A section needs a title.")
	}
	return title, err
}

func (c *Card) customSection(key, verb string) (*Section, error) {
	s := c.Section(key)
	switch {
	case s == nil:
		return nil, errNoSection
	case !s.Custom:
		return nil, Errorf(Invalid, "%s belongs to the template and cannot be %s.", s.Title, verb)
	}
	return s, nil
}

func (c *Card) customField(key, verb string) (*Field, *Section, error) {
	f, s := c.Field(key)
	switch {
	case f == nil:
		return nil, nil, errNoField
	case !f.Custom:
		return nil, nil, Errorf(Invalid, "The question %s belongs to the template and cannot be %s.", f.Label, verb)
	}
	return f, s, nil
}

// move returns a copy of list with the item key moved before the item before, at the end for "".
func move[T any](list []T, keyOf func(T) string, key, before string) ([]T, bool) {
	from := slices.IndexFunc(list, func(t T) bool { return keyOf(t) == key })
	if key == before {
		return list, true
	}
	item := list[from]
	rest := slices.Delete(slices.Clone(list), from, from+1)
	to := len(rest)
	if before != "" {
		if to = slices.IndexFunc(rest, func(t T) bool { return keyOf(t) == before }); to < 0 {
			return nil, false
		}
	}
	return slices.Insert(rest, to, item), true
}
