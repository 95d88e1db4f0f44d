package card

import (
	"regexp"
	"unicode/utf8"
)

// Limits of one card. They are generous: a card is written by people. Their purpose
// is that no single request or upload can make the page unusable.
const (
	MaxAnswer   = 100_000 // characters (runes) in one answer, table cells together
	MaxText     = 5 << 20 // bytes of all answers of a card: a page, an export and the memory for them are many times that
	MaxTitle    = 300     // characters in the title of a card or a section
	MaxLabel    = 1_000   // characters in a custom question
	MaxSections = 100     // sections in a card
	MaxFields   = 2_000   // fields in a card
	MaxRows     = 2_000   // rows in a table
	MaxColumns  = 50      // columns in a table
	MaxOptions  = 1_000   // options of a question or a column, each of them as long as a title
	MaxCells    = 20_000  // rows times columns of a table: a page shows the empty ones, too
	MaxKey      = 120     // bytes in a key
)

var keyPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$`)

// ValidKey reports whether key can name a section or a field: lower-case words of
// letters, digits, _ and -, joined by dots. Such a key needs no escaping in a URL.
func ValidKey(key string) bool { return len(key) <= MaxKey && keyPattern.MatchString(key) }

// CheckText refuses what makes the answers of a card so many bytes, of which so many are new, where that is more than they may be together.
func CheckText(all, more int64) error {
	if more <= 0 || all <= MaxText {
		return nil
	}
	return Errorf(OverQuota, "Nothing was saved: the answers of this card would be %.1f MB, and %d MB is the most for one card. Shorten some, or go on in a card of its own.",
		float64(all)/(1<<20), MaxText>>20)
}

// CheckTitle trims a title of a card or a section and refuses one that is too long or not one line of
// text. An empty title is allowed for a card only.
func CheckTitle(title string) (string, error) {
	return checkLine("title", title, MaxTitle)
}

// CheckLabel trims the text of a custom question and refuses one that is empty or too long.
func CheckLabel(label string) (string, error) {
	label, err := checkLine("question", label, MaxLabel)
	if err == nil && label == "" {
		err = Errorf(Invalid, "A question needs some words.")
	}
	return label, err
}

func checkLine(what, s string, most int) (string, error) {
	s, err := CleanLine(s)
	if err != nil {
		return "", err
	}
	if n := utf8.RuneCountInString(s); n > most {
		return "", Errorf(Invalid, "The %s has %d characters; %d is the most.", what, n, most)
	}
	return s, nil
}

// Check refuses a card that is over a limit or holds a key twice. Decoders and the store call it, so a
// card that passed can be stored and edited.
func (c *Card) Check() error {
	if !c.Kind.Valid() {
		return Errorf(Invalid, "A card is of kind model or datasheet.")
	}
	if len(c.Sections) > MaxSections {
		return Errorf(Invalid, "The card has %d sections; %d is the most.", len(c.Sections), MaxSections)
	}
	if _, err := CheckTitle(c.Title); err != nil {
		return err
	}
	sections, fields := map[string]bool{}, map[string]bool{}
	for i := range c.Sections {
		s := &c.Sections[i]
		if !ValidKey(s.Key) || sections[s.Key] {
			return Errorf(Invalid, "The section key %.40q is there twice or is not a key.", s.Key)
		}
		sections[s.Key] = true
		if _, err := CheckTitle(s.Title); err != nil {
			return err
		}
		if err := s.check(fields); err != nil {
			return err
		}
	}
	if len(fields) > MaxFields {
		return Errorf(Invalid, "The card has %d fields; %d is the most.", len(fields), MaxFields)
	}
	return c.checkAttachments()
}

func (s *Section) check(seen map[string]bool) error {
	for i := range s.Fields {
		f := &s.Fields[i]
		if !ValidKey(f.Key) || seen[f.Key] {
			return Errorf(Invalid, "The field key %.40q is there twice or is not a key.", f.Key)
		}
		seen[f.Key] = true
		if !f.Kind.Valid() {
			return Errorf(Invalid, "The field %s has no kind that Cardstock knows.", f.Key)
		}
		if n := utf8.RuneCountInString(f.Label); n > MaxLabel {
			return Errorf(Invalid, "The question of %s has %d characters; %d is the most.", f.Key, n, MaxLabel)
		}
		if err := checkSize(f, f.Answer); err != nil {
			return err
		}
		if err := f.checkWords(); err != nil {
			return err
		}
		if f.Kind == Table {
			if err := f.CheckRows(f.ParseRows()); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWords refuses titles of columns, and options, that are too long: a page has them for each of its rows.
func (f *Field) checkWords() error {
	err := checkOptions(f.Options)
	for i := 0; i < len(f.Columns) && err == nil; i++ {
		if n := utf8.RuneCountInString(f.Columns[i].Title); n > MaxTitle {
			err = Errorf(Invalid, "the title of column %d has %d characters; %d is the most", i+1, n, MaxTitle)
			break
		}
		err = checkOptions(f.Columns[i].Options)
	}
	return f.problem(f.Label, err)
}

func checkOptions(options []string) *Error {
	if len(options) > MaxOptions {
		return Errorf(Invalid, "there are %d options; %d is the most", len(options), MaxOptions)
	}
	for _, o := range options {
		if n := utf8.RuneCountInString(o); n > MaxTitle {
			return Errorf(Invalid, "an option has %d characters; %d is the most", n, MaxTitle)
		}
	}
	return nil
}
