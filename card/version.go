package card

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The standard questions about versions, and how far along a card is. A template may have them or not.
const (
	KeyVersion     = "version.name" // which version a card describes
	keyVersionDate = "version.date"
	keyChanges     = "version.diff"
	keyPredecessor = "version.predecessor"
	keyStatus      = "governance.status"
)

// Untouched makes answers look as if nobody had saved one yet: those of a copy came with it.
func (c *Card) Untouched() {
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			f := &c.Sections[i].Fields[j]
			f.Rev, f.SavedAt = 0, time.Time{}
		}
	}
}

// RetitleCopy gives a copy the title it is told from the first card by.
func (c *Card) RetitleCopy(displayName string) {
	const mark = " (copy)"
	if r := []rune(displayName); len(r) > MaxTitle-len(mark) {
		displayName = string(r[:MaxTitle-len(mark)])
	}
	c.Title = displayName + mark
}

// NextVersion makes a copy of a card its next version. The version is raised if it is a plain number, else emptied, and the one before is named as
// such; what was true of one version only is emptied, and the status goes back to where the template starts.
func (c *Card) NextVersion(t *Template) {
	version := ""
	if f, _ := c.Field(KeyVersion); f != nil {
		version, f.Answer = f.Answer, raised(f.Answer)
	}
	if f, _ := c.Field(keyPredecessor); f != nil {
		f.Answer = version
	}
	for _, key := range []string{keyVersionDate, keyChanges} {
		if f, _ := c.Field(key); f != nil {
			f.Answer = ""
		}
	}
	if f, _ := c.Field(keyStatus); f != nil && f.Kind == Choice {
		if ft := t.Field(keyStatus); ft != nil {
			f.Answer = ft.Preset
		}
	}
}

// plainVersion is 3, 3.0, v1.2.3; not a date, whose parts have leading zeros, and not a name.
var plainVersion = regexp.MustCompile(`^v?(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,8})){0,2}$`)

// raised returns the version after a plain one, with its last number one higher; "" for any other.
func raised(version string) string {
	version = strings.TrimSpace(version)
	if !plainVersion.MatchString(version) {
		return ""
	}
	last := strings.LastIndexAny(version, "v.") + 1
	n, err := strconv.Atoi(version[last:])
	if err != nil {
		return ""
	}
	return version[:last] + strconv.Itoa(n+1)
}

// A Change is a question that differs between two versions of a card.
type Change struct {
	Section, Key, Label string // of the new version; for a removed question, of the old one
	How                 string // one of the constants below
}

// How a question can differ.
const (
	Reanswered = "changed"  // another answer
	Filled     = "answered" // it had none
	Emptied    = "emptied"
	NewField   = "new"
	FieldGone  = "removed"
)

// ChangesSince lists the questions whose answers differ from those of an earlier version, in the order of this one; then those that
// are no longer there and had an answer. A question that was only reworded is none.
func (c *Card) ChangesSince(was *Card) []Change {
	var changes []Change
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			how := ""
			switch old, _ := was.Field(f.Key); {
			case old == nil:
				how = NewField
			case old.Answer == f.Answer:
				continue
			case !old.Answered():
				how = Filled
			case !f.Answered():
				how = Emptied
			default:
				how = Reanswered
			}
			changes = append(changes, Change{s.Key, f.Key, f.Label, how})
		}
	}
	for _, s := range was.Sections {
		for _, f := range s.Fields {
			if is, _ := c.Field(f.Key); is == nil && f.Answered() {
				changes = append(changes, Change{s.Key, f.Key, f.Label, FieldGone})
			}
		}
	}
	return changes
}
