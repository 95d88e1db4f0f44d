package db

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

// somePicture is an attachment of n bytes; the store does not look into them.
func somePicture(section string, n int) card.Attachment {
	return card.Attachment{Section: section, Name: "plot.png", Alt: "A plot", MediaType: "image/png", Size: int64(n), Width: 3, Height: 2,
		Bytes: bytes.Repeat([]byte{'p'}, n)}
}

// order is the attachments of a card, as captions in order.
func order(t *testing.T, s *Scope, id string) string {
	t.Helper()
	c, err := s.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range c.Attachments {
		all = append(all, a.Section+":"+a.Caption)
	}
	return strings.Join(all, " ")
}

func attachAll(t *testing.T, s *Scope, id, section string, captions ...string) (ids []string) {
	t.Helper()
	for i, caption := range captions {
		a := somePicture(section, 10+i)
		a.Caption = caption
		if err := s.Edit(t.Context(), id, func(c *card.Card) error { return c.Attach(a, 1<<20) }); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Attachments(t.Context(), id, section)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestAttachmentsKeepTheirOrder(t *testing.T) {
	d, _ := withQuota(t, 0)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	ids := attachAll(t, s, id, "one", "a", "b", "c")
	attachAll(t, s, id, "again", "x")
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "one:a one:b one:c again:x"},
		{func() error {
			return s.Edit(t.Context(), id, func(c *card.Card) error { return c.MoveAttachment(ids[2], ids[0]) })
		}, "one:c one:a one:b again:x"},
		{func() error { return s.DeleteAttachment(t.Context(), id, ids[0]) }, "one:c one:b again:x"},
		{func() error { attachAll(t, s, id, "one", "d", "e"); return nil }, "one:c one:b again:x one:d one:e"},
		{func() error {
			return s.Edit(t.Context(), id, func(c *card.Card) error { return c.MoveAttachment(ids[2], "") })
		}, "one:b again:x one:d one:e one:c"},
		{func() error {
			return s.Edit(t.Context(), id, func(c *card.Card) error { return c.Describe(ids[1], "B", "other words") })
		}, "one:B again:x one:d one:e one:c"},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := order(t, s, id); got != step.want {
			t.Errorf("%s, want %s", got, step.want)
		}
		recount(t, d, s)
	}
	if err := s.Edit(t.Context(), id, func(c *card.Card) error { return c.MoveAttachment(ids[1], "none") }); card.CodeOf(err) != card.NotFound {
		t.Errorf("before one that is not there: %v", err)
	}
}

// TestAttachmentsInPieces: what is large comes back as it was, in pieces no larger than a row may be; another file takes its whole place.
func TestAttachmentsInPieces(t *testing.T) {
	d, _ := withQuota(t, 0)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	large := somePicture("one", 600_000)
	large.Bytes[599_999] = '!'
	if err := s.Edit(t.Context(), id, func(c *card.Card) error { return c.Attach(large, 1<<20) }); err != nil {
		t.Fatal(err)
	}
	whole, err := s.WholeCard(t.Context(), id)
	if err != nil || !bytes.Equal(whole.Attachments[0].Bytes, large.Bytes) {
		t.Fatalf("it came back differently, %v", err)
	}
	var largest, n int
	if err := d.reader.QueryRow("SELECT MAX(length(bytes)), COUNT(*) FROM attachment_chunk").Scan(&largest, &n); err != nil || largest > chunkSize || n != 3 {
		t.Errorf("%d rows, the largest of %d bytes, %v", n, largest, err)
	}
	small := somePicture("one", 10)
	small.Caption = "smaller"
	file := whole.Attachments[0].ID
	if err := s.Edit(t.Context(), id, func(c *card.Card) error { return c.Exchange(file, small, 1<<20) }); err != nil {
		t.Fatal(err)
	}
	a, err := s.Attachment(t.Context(), id, file)
	if err != nil || !bytes.Equal(a.Bytes, small.Bytes) || a.Caption != "smaller" || a.Size != 10 {
		t.Errorf("%+v, %v", a, err)
	}
	recount(t, d, s)
}

// TestACardIsCopiedWithItsPictures or not at all: one that was read without their bytes is refused.
func TestACardIsCopiedWithItsPictures(t *testing.T) {
	d, _ := withQuota(t, 0)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	attachAll(t, s, id, "one", "a", "b")
	bare, err := s.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateCard(t.Context(), bare, nil); err == nil {
		t.Error("a copy with empty pictures was stored")
	}
	whole, err := s.WholeCard(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	twin, err := s.CreateCard(t.Context(), whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	both, err := s.WholeCard(t.Context(), twin)
	if err != nil || order(t, s, twin) != "one:a one:b" || !bytes.Equal(both.Attachments[1].Bytes, whole.Attachments[1].Bytes) || both.Attachments[1].ID == whole.Attachments[1].ID {
		t.Errorf("%+v, %v", both.Attachments, err)
	}
	recount(t, d, s)
}

// TestAttachmentsGoWithTheirSection, with their card, and with everything that was added.
func TestAttachmentsGoWithTheirSection(t *testing.T) {
	d, _ := withQuota(t, 0)
	s := visitor(t, d, "one")
	rows := func() (n int) {
		get(t.Context(), d.reader, &n, "SELECT (SELECT COUNT(*) FROM attachment) + (SELECT COUNT(*) FROM attachment_chunk)")
		return n
	}
	for what, remove := range map[string]func(c *card.Card) error{
		"its section": func(c *card.Card) error { return c.RemoveSection("custom-x") },
		"all":         func(c *card.Card) error { c.Reset(templates(t).Get("model")); return nil },
		"a replacing import": func(c *card.Card) error {
			_, err := c.Merge(templates(t).For(c).New(), card.Replace)
			return err
		},
	} {
		id := someCard(t, s)
		if err := s.Edit(t.Context(), id, func(c *card.Card) error { return c.AddSection("custom-x", "Mine") }); err != nil {
			t.Fatal(err)
		}
		attachAll(t, s, id, "custom-x", "a", "b")
		if rows() != 4 {
			t.Fatalf("%d rows before", rows())
		}
		if err := s.Edit(t.Context(), id, remove); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if rows() != 0 {
			t.Errorf("%s is gone and %d rows are left", what, rows())
		}
		recount(t, d, s)
	}
	id := someCard(t, s)
	attachAll(t, s, id, "one", "a")
	if err := s.DeleteCard(t.Context(), id); err != nil || rows() != 0 {
		t.Errorf("the card is gone and %d rows are left (%v)", rows(), err)
	}
}

// TestAttachmentsCountInTheQuota, and in what the visitor is told is kept.
func TestAttachmentsCountInTheQuota(t *testing.T) {
	d, _ := withQuota(t, 40_000)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	attach := func(n int) error {
		return s.Edit(t.Context(), id, func(c *card.Card) error { return c.Attach(somePicture("one", n), 1<<20) })
	}
	if err := attach(30_000); err != nil {
		t.Fatal(err)
	}
	if err := attach(10_000); card.CodeOf(err) != card.OverQuota || !strings.Contains(fmt.Sprint(err), "Nothing was saved") {
		t.Errorf("more than there is room for: %v", err)
	}
	u, err := s.Usage(t.Context())
	if err != nil || u.Attached != 1 || u.Bytes < 30_000 || recount(t, d, s) != u.Bytes {
		t.Errorf("%+v, %v", u, err)
	}
	all, _ := s.Attachments(t.Context(), id, "one")
	if err := s.DeleteAttachment(t.Context(), id, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := attach(10_000); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := attach(1 << 20); card.CodeOf(err) != card.TooLarge || !strings.Contains(fmt.Sprint(err), "1.0 MB is the most") {
		t.Errorf("more than a card can have: %v", err)
	}
}

// TestAttachmentsAreErased with their session, in small pieces.
func TestAttachmentsAreErased(t *testing.T) {
	d, _ := withQuota(t, 0)
	mine, other := visitor(t, d, "mine"), visitor(t, d, "other")
	for _, s := range []*Scope{mine, other} {
		id := someCard(t, s)
		large := somePicture("one", 3<<20)
		if err := s.Edit(t.Context(), id, func(c *card.Card) error { return c.Attach(large, 4<<20) }); err != nil {
			t.Fatal(err)
		}
	}
	before := dump(t, d, other.Session())
	if ok, err := d.EndByVisitor(t.Context(), mine.Session(), "hash of mine"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	e, err := d.Erase(t.Context(), InServer, []string{mine.Session()}, false)
	if err != nil || e.Sessions != 1 || e.Bytes < 3<<20 || countRows(t, d, mine.Session()) != 0 {
		t.Errorf("%+v, %v, %d rows are left", e, err, countRows(t, d, mine.Session()))
	}
	if dump(t, d, other.Session()) != before {
		t.Error("the other session changed")
	}
}
