package card

import (
	"strings"
	"testing"
)

func attachedTo(section, name string, size int64) Attachment {
	return Attachment{Section: section, Name: name, Alt: "words", MediaType: "image/png", Size: size}
}

func pictureCard(attached ...Attachment) *Card {
	return &Card{Kind: Model, Template: "model", Sections: []Section{{Key: "one", Title: "One"}, {Key: "two", Title: "Two"}}, Attachments: attached}
}

func namesOf(c *Card) string {
	var names []string
	for _, a := range c.Attachments {
		names = append(names, a.Section+"/"+a.Name)
	}
	return strings.Join(names, " ")
}

func TestMergeTakesPicturesAlong(t *testing.T) {
	open := pictureCard(attachedTo("one", "a", 1), attachedTo("two", "b", 2))
	in := pictureCard(attachedTo("two", "b", 2), attachedTo("one", "b", 2), attachedTo("three", "c", 3))
	in.Sections = append(in.Sections, Section{Key: "three", Title: "Three"})

	filled := open.Clone()
	m, err := filled.Merge(in, Fill)
	if err != nil || m.Attached != 2 || m.Detached != 0 || namesOf(filled) != "one/a two/b one/b three/c" {
		t.Errorf("fill: %+v, %s, %v", m, namesOf(filled), err)
	}
	if s := filled.Section("three"); s == nil || s.Title != "Three" || !s.Custom {
		t.Errorf("the section of a picture: %+v", s)
	}
	if m, err = filled.Merge(in, Fill); err != nil || m.Attached != 0 {
		t.Errorf("once more: %+v, %v", m, err)
	}
	replaced := open.Clone()
	if m, err = replaced.Merge(in, Replace); err != nil || m.Attached != 3 || m.Detached != 2 || namesOf(replaced) != namesOf(in) {
		t.Errorf("replace: %+v, %s, %v", m, namesOf(replaced), err)
	}
	if namesOf(open) != "one/a two/b" {
		t.Errorf("the card that was cloned has %s now", namesOf(open))
	}
}

func TestAttachRefuses(t *testing.T) {
	for what, tt := range map[string]struct {
		do   func(c *Card) error
		code Code
	}{
		"another section":       {func(c *Card) error { return c.Attach(attachedTo("none", "a", 1), 10) }, NotFound},
		"too much":              {func(c *Card) error { return c.Attach(attachedTo("one", "b", 10), 10) }, TooLarge},
		"too much in its place": {func(c *Card) error { return c.Exchange("id", attachedTo("", "b", 11), 10) }, TooLarge},
		"words of none":         {func(c *Card) error { return c.Describe("none", "", "") }, NotFound},
		"one in place of none":  {func(c *Card) error { return c.Exchange("none", attachedTo("", "b", 1), 10) }, NotFound},
		"behind another section": {func(c *Card) error {
			c.Attachments = append(c.Attachments, Attachment{ID: "other", Section: "two"})
			return c.MoveAttachment("id", "other")
		}, NotFound},
		"a long caption": {func(c *Card) error {
			a := attachedTo("one", "b", 1)
			a.Caption = strings.Repeat("ä", MaxCaption+1)
			return c.Attach(a, 10)
		}, Invalid},
		"one too many": {func(c *Card) error {
			for range MaxAttachments - 1 {
				if err := c.Attach(attachedTo("one", "b", 0), 10); err != nil {
					return err
				}
			}
			return c.Attach(attachedTo("one", "b", 0), 10)
		}, Invalid},
	} {
		a := attachedTo("one", "a", 1)
		a.ID = "id"
		if err := tt.do(pictureCard(a)); CodeOf(err) != tt.code {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestSectionsTakeTheirPicturesWithThem(t *testing.T) {
	c := pictureCard(attachedTo("one", "a", 1), attachedTo("custom-x", "b", 1), attachedTo("two", "c", 1))
	c.Sections = append(c.Sections, Section{Key: "custom-x", Title: "Mine", Custom: true})
	if err := c.RemoveSection("custom-x"); err != nil || namesOf(c) != "one/a two/c" {
		t.Errorf("%s, %v", namesOf(c), err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	c.Attachments[0].Section = "gone"
	if err := c.Check(); CodeOf(err) != Invalid {
		t.Errorf("a picture in no section: %v", err)
	}
}
