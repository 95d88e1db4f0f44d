package card

// Mode says how an import goes into an open card.
type Mode string

// The modes of Merge.
const (
	Fill    Mode = "fill"    // only what is empty in the open card
	Replace Mode = "replace" // the imported card takes the place of all there is
)

// Merged says what a Merge did, or would do.
type Merged struct {
	Filled   int     // answers that went into empty questions
	Added    int     // answers that came with a question or section the card did not have
	Kept     []Asked // imported answers left out, because the card has another one there
	Same     int     // imported answers that the card has already, word for word
	Replaced []Asked // answers of the card that are gone or different afterwards

	Questions []Asked // questions that are gone afterwards
	Attached  int     // pictures and tables that came along
	Detached  int     // pictures and tables of the card that are gone afterwards
	Retitled  bool    // the card has another title afterwards
}

// Asked names a question of a card.
type Asked struct {
	Section, Key string // keys
	Label        string
}

// WithoutPresets is what replacing c by in would do, if what a question of the template t begins with is not the visitor's: an answer that
// takes its place fills it.
func (m Merged) WithoutPresets(t *Template, c, in *Card) Merged {
	var own []Asked
	for _, at := range m.Replaced {
		f, _ := c.Field(at.Key)
		if ft := t.Field(at.Key); ft == nil || f == nil || f.Answer != ft.Preset {
			own = append(own, at)
		} else if g, _ := in.Field(at.Key); g != nil && !Blank(g.Answer) {
			m.Filled++
		}
	}
	m.Replaced = own
	return m
}

// Merge takes the content of an imported card into c. Both must be of one kind.
func (c *Card) Merge(in *Card, mode Mode) (Merged, error) {
	if c.Kind != in.Kind {
		return Merged{}, Errorf(Invalid, "This file is a %s and the open card is a %s. Open it as a new card instead.", in.Kind.Word(), c.Kind.Word())
	}
	if mode == Replace {
		return c.replace(in), nil
	}
	merged := c.fill(in)
	return merged, c.Check()
}

func (c *Card) replace(in *Card) Merged {
	var m Merged
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			g, _ := in.Field(f.Key)
			if !Blank(f.Answer) && (g == nil || g.Answer != f.Answer) {
				m.Replaced = append(m.Replaced, Asked{s.Key, f.Key, f.Label})
			}
			if g == nil {
				m.Questions = append(m.Questions, Asked{s.Key, f.Key, f.Label})
			}
		}
	}
	for _, s := range in.Sections {
		for _, f := range s.Fields {
			g, _ := c.Field(f.Key)
			switch {
			case Blank(f.Answer):
			case g == nil:
				m.Added++
			case Blank(g.Answer):
				m.Filled++
			case g.Answer == f.Answer:
				m.Same++
			}
		}
	}
	m.Retitled = c.Title != in.Title
	m.Attached, m.Detached = len(in.Attachments), len(c.Attachments)
	c.Title, c.Template, c.Sections, c.Attachments = in.Title, in.Template, in.Clone().Sections, in.Clone().Attachments
	return m
}

func (c *Card) fill(in *Card) Merged {
	var m Merged
	if c.Title == "" {
		m.Retitled = in.Title != ""
		c.Title = in.Title
	}
	for _, s := range in.Sections {
		for _, f := range s.Fields {
			if Blank(f.Answer) {
				continue
			}
			g, own := c.Field(f.Key)
			switch {
			case g == nil:
				c.adopt(s, f)
				m.Added++
			case Blank(g.Answer):
				g.Answer = f.Answer
				m.Filled++
			case g.Answer == f.Answer:
				m.Same++
			default:
				m.Kept = append(m.Kept, Asked{own.Key, g.Key, g.Label})
			}
		}
	}
	m.Attached = c.adoptAttachments(in)
	return m
}

// adopt adds a field of another card, in its section, which comes along if c has none like it.
func (c *Card) adopt(s Section, f Field) {
	f.Rev, f.Custom = 0, true
	if own := c.Section(s.Key); own != nil {
		own.Fields = append(own.Fields, f)
		return
	}
	c.Sections = append(c.Sections, Section{Key: s.Key, Title: s.Title, Custom: true, Fields: []Field{f}})
}

// Clone returns a copy that shares no section or field with c.
func (c *Card) Clone() *Card {
	d := *c
	d.Sections = make([]Section, len(c.Sections))
	for i, s := range c.Sections {
		s.Fields = append([]Field(nil), s.Fields...)
		d.Sections[i] = s
	}
	d.Attachments = append([]Attachment(nil), c.Attachments...)
	return &d
}
