package db

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cardstock/card"
	"cardstock/e2e/soak"
)

// withQuota opens a database in which a session can hold so many bytes, with a clock that the test moves.
func withQuota(t *testing.T, quota int64) (*DB, *time.Time) {
	t.Helper()
	d, now := cardsDB(t)
	d.quota = quota
	return d, now
}

// countAll is countBytes for a file of this version.
var countAll = strings.TrimSuffix(countBytes, ";") + `
	          + (SELECT COALESCE(SUM(100 + octet_length(name) + octet_length(caption) + octet_length(alt) + octet_length(removed) + size), 0)
	             FROM attachment
	             WHERE attachment.session_id = card.session_id AND attachment.card_id = card.id)`

// recount compares what every card says it holds with what it does hold, and returns what the session holds.
func recount(t *testing.T, d *DB, s *Scope) int64 {
	t.Helper()
	kept := map[string]int64{}
	sizes := func() (all []struct {
		ID    string `db:"id"`
		Bytes int64  `db:"bytes"`
	}) {
		if err := list(t.Context(), d.writer, &all, "SELECT id, bytes FROM card"); err != nil {
			t.Fatal(err)
		}
		return all
	}
	for _, c := range sizes() {
		kept[c.ID] = c.Bytes
	}
	if err := d.Write(t.Context(), func(tx *Tx) error { return exec(t.Context(), tx, countAll) }); err != nil {
		t.Fatal(err)
	}
	for _, c := range sizes() {
		if kept[c.ID] != c.Bytes {
			t.Fatalf("a card says it holds %d bytes and holds %d", kept[c.ID], c.Bytes)
		}
	}
	u, err := s.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return u.Bytes
}

// TestWhatASessionHoldsIsKnown makes random changes of every sort. After each the count is right to the byte, and never over the quota.
func TestWhatASessionHoldsIsKnown(t *testing.T) {
	for _, seed := range soak.Seeds(t) {
		const quota = 60_000
		d, now := withQuota(t, quota)
		w := &filler{t: t, s: visitor(t, d, "one"), r: rand.New(rand.NewPCG(seed, 0)), now: now}
		w.s.CreateCard(t.Context(), sampleCard(), nil)
		refused := 0
		for i := range soak.Share(20_000, 600) {
			err := w.step()
			if c := card.CodeOf(err); c == card.OverQuota {
				refused++
			} else if err != nil && c == 0 {
				t.Fatalf("seed %d, step %d: %v", seed, i, err)
			}
			if used := recount(t, d, w.s); used > quota {
				t.Fatalf("seed %d, step %d: %d bytes", seed, i, used)
			}
		}
		if refused == 0 {
			t.Errorf("seed %d: nothing was refused, so the limit was not met", seed)
		}
		t.Logf("seed %d: %d were refused", seed, refused)
	}
}

// filler does what a visitor may do, at random.
type filler struct {
	t   *testing.T
	s   *Scope
	r   *rand.Rand
	now *time.Time
}

func (w *filler) text() string { return strings.Repeat("ä", w.r.IntN(1+w.r.IntN(3000))) }

func (w *filler) upload() *Upload {
	return &Upload{Name: "n" + w.text()[:0], Format: "f", Bytes: make([]byte, w.r.IntN(5000))}
}

func (w *filler) step() error {
	ctx := w.t.Context()
	*w.now = w.now.Add(time.Duration(w.r.IntN(15)) * time.Minute)
	var cards []cardRow
	err := w.s.read(ctx, func(tx *Tx) error { return list(ctx, tx, &cards, selectCard, w.s.Session()) })
	if err != nil {
		return err
	}
	if len(cards) == 0 || w.r.IntN(20) == 0 {
		var u *Upload
		if w.r.IntN(2) == 0 {
			u = w.upload()
		}
		_, err := w.s.CreateCard(ctx, sampleCard(), u)
		return err
	}
	id := cards[w.r.IntN(len(cards))].ID
	c, err := w.s.Card(ctx, id)
	if err != nil {
		return err
	}
	if w.r.IntN(6) == 0 {
		return w.attach(c)
	}
	switch w.r.IntN(10) {
	case 0, 1, 2, 3:
		return w.save(c)
	case 4:
		return w.s.Edit(ctx, id, w.change)
	case 5:
		_, err := w.s.HoldUpload(ctx, id, w.upload())
		return err
	case 6:
		return w.s.Import(ctx, id, w.upload(), w.change)
	case 7:
		return w.restore(id)
	case 8:
		files, err := w.s.Originals(ctx, id)
		if err != nil || len(files) == 0 {
			return err
		}
		return w.s.DeleteFile(ctx, id, files[0].ID)
	}
	if w.r.IntN(5) > 0 {
		return nil
	}
	return w.s.DeleteCard(ctx, id)
}

// attach adds, changes, moves, exchanges or erases a picture.
func (w *filler) attach(c *card.Card) error {
	a := card.Attachment{Section: c.Sections[w.r.IntN(len(c.Sections))].Key, Name: "ä.png", Alt: "ö", Bytes: make([]byte, 1+w.r.IntN(5000)), Removed: "camera data"}
	a.Size = int64(len(a.Bytes))
	if len(c.Attachments) == 0 || w.r.IntN(3) == 0 {
		return w.s.Edit(w.t.Context(), c.ID, func(c *card.Card) error { return c.Attach(a, 1<<20) })
	}
	old := c.Attachments[w.r.IntN(len(c.Attachments))]
	if w.r.IntN(4) == 0 {
		return w.s.DeleteAttachment(w.t.Context(), c.ID, old.ID)
	}
	return w.s.Edit(w.t.Context(), c.ID, func(c *card.Card) error {
		switch w.r.IntN(3) {
		case 0:
			return c.Describe(old.ID, w.text(), "ü")
		case 1:
			return c.Exchange(old.ID, a, 1<<20)
		}
		return c.MoveAttachment(old.ID, "")
	})
}

func (w *filler) save(c *card.Card) error {
	var answers []Answer
	for _, f := range c.Sections[0].Fields {
		if f.Kind == card.Text {
			answers = append(answers, Answer{f.Key, w.text(), card.RevOf(f.Rev, f.Answer)})
		}
	}
	_, err := w.s.SaveAnswers(w.t.Context(), c.ID, answers)
	return err
}

// change changes sections, fields and answers.
func (w *filler) change(c *card.Card) error {
	key := "custom-" + NewID()
	switch w.r.IntN(5) {
	case 0:
		c.Title = strings.Repeat("ä", w.r.IntN(2))
		return nil
	case 1:
		return errors.Join(c.AddSection(key, "Another"), c.AddField(key, "custom."+NewID(), "Why "+w.text()[:0]+"?"))
	case 2:
		last := c.Sections[len(c.Sections)-1]
		if !last.Custom {
			return nil
		}
		return c.RemoveSection(last.Key)
	case 3:
		return c.Clear(c.Sections[0].Key, &card.Template{})
	}
	for _, s := range c.Sections {
		for i := range s.Fields {
			if s.Fields[i].Kind == card.Text {
				s.Fields[i].Answer = w.text()
			}
		}
	}
	return nil
}

func (w *filler) restore(id string) error {
	revisions, err := w.s.Revisions(w.t.Context(), id, "", 500)
	if err != nil || len(revisions) == 0 {
		return err
	}
	ctx, one := w.t.Context(), revisions[w.r.IntN(len(revisions))]
	switch w.r.IntN(6) {
	case 0:
		_, err = w.s.Undo(ctx, id)
	case 1:
		_, err = w.s.RestoreAt(ctx, id, one.Until.Add(-time.Millisecond))
	case 2:
		err = w.s.ForgetRevision(ctx, id, one.ID)
	case 3:
		err = w.s.ForgetField(ctx, id, one.Field.Key)
	default:
		_, err = w.s.Restore(ctx, id, one.ID)
	}
	return err
}

// TestAFullSession: what makes it larger is refused with a sentence that says what to do; what makes it smaller works.
func TestAFullSession(t *testing.T) {
	d, now := withQuota(t, 40_000)
	s := visitor(t, d, "one")
	id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "n", Bytes: make([]byte, 10_000)})
	if err != nil {
		t.Fatal(err)
	}
	save := func(text string) error {
		*now = now.Add(time.Hour)
		f, _, err := s.Field(t.Context(), id, "one.a")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SaveAnswers(t.Context(), id, []Answer{{"one.a", text, card.RevOf(f.Rev, f.Answer)}})
		return err
	}
	if err := save(strings.Repeat("x", 25_000)); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"a longer answer": save(strings.Repeat("x", 26_000)),
		"a card":          errorOf(s.CreateCard(t.Context(), sampleCard(), &Upload{Bytes: make([]byte, 5000)})),
		"an upload":       errorOf(s.HoldUpload(t.Context(), id, &Upload{Bytes: make([]byte, 5000)})),
		"an import":       s.Import(t.Context(), id, &Upload{Bytes: make([]byte, 5000)}, func(*card.Card) error { return nil }),
		"an edit":         s.Edit(t.Context(), id, func(c *card.Card) error { fieldOf(c, "own.1").Answer = strings.Repeat("y", 5000); return nil }),
	} {
		if card.CodeOf(err) != card.OverQuota || !strings.Contains(fmt.Sprint(err), "Delete a card, a picture or an uploaded file") {
			t.Errorf("%s: %v", what, err)
		}
	}
	before := recount(t, d, s)
	for _, text := range []string{strings.Repeat("z", 24_000), strings.Repeat("z", 20_000)} {
		if err := save(text); err != nil {
			t.Errorf("a shorter answer: %v", err)
		}
	}
	if after := recount(t, d, s); after != before-5000 {
		t.Errorf("an answer got 5,000 bytes shorter, the session %d", before-after)
	}
	files, _ := s.Originals(t.Context(), id)
	if err := s.DeleteFile(t.Context(), id, files[0].ID); err != nil {
		t.Error(err)
	}
	if err := save("with room again"); err != nil {
		t.Error(err)
	}
	if revisions, err := s.Revisions(t.Context(), id, "", 500); err != nil || len(revisions) != 2 {
		t.Errorf("%d earlier answers: only those of the full session are not kept (%v)", len(revisions), err)
	}
	if err := s.DeleteCard(t.Context(), id); err != nil || recount(t, d, s) != 0 {
		t.Errorf("deleting the card: %v", err)
	}
	other := visitor(t, d, "two")
	if _, err := other.CreateCard(t.Context(), sampleCard(), &Upload{Bytes: make([]byte, 30_000)}); err != nil {
		t.Errorf("another session: %v", err)
	}
}

// TestForgottenAnswersTakeNoRoom saves more often than there are revisions.
func TestForgottenAnswersTakeNoRoom(t *testing.T) {
	d, now := withQuota(t, 0)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	text := "alpha"
	for i := range maxRevisions + 20 {
		*now = now.Add(time.Hour)
		next := strings.Repeat("x", 10+i)
		if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"one.a", next, card.RevOf(int64(i), text)}}); err != nil {
			t.Fatal(err)
		}
		text = next
	}
	recount(t, d, s)
}

func errorOf[T any](_ T, err error) error { return err }

// TestAQuotaMadeSmaller: those who have more keep it, and can only make it less.
func TestAQuotaMadeSmaller(t *testing.T) {
	d, _ := withQuota(t, 0)
	s := visitor(t, d, "one")
	id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Bytes: make([]byte, 30_000)})
	if err != nil {
		t.Fatal(err)
	}
	d.quota = 1000
	if _, err := s.CreateCard(t.Context(), sampleCard(), nil); card.CodeOf(err) != card.OverQuota || !strings.Contains(err.Error(), "0.0 MB of the 0.0 MB") {
		t.Errorf("a card more: %v", err)
	}
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{"one.a", "beta", card.RevOf(0, "alpha")}}); err != nil {
		t.Errorf("a shorter answer: %v", err)
	}
}

// TestUpgradeCountsBytes opens a file of version 1, which did not count them.
func TestUpgradeCountsBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.db")
	d := openAt(t, path)
	s := visitor(t, d, "one")
	id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "ü", Bytes: make([]byte, 600_000)})
	if err == nil {
		_, err = s.SaveAnswers(t.Context(), id, []Answer{{"one.a", "beta", card.RevOf(0, "alpha")}})
	}
	if err != nil {
		t.Fatal(err)
	}
	want, _ := s.Usage(t.Context())
	for _, query := range []string{"ALTER TABLE card DROP COLUMN bytes", "ALTER TABLE field DROP COLUMN kept", "ALTER TABLE field DROP COLUMN added_at", "DROP TABLE handover", "DROP TABLE card_datasheet", "DROP TABLE attachment_chunk", "DROP TABLE attachment",
		"ALTER TABLE card DROP COLUMN predecessor", "ALTER TABLE file DROP COLUMN reader", "DROP INDEX card_deleted", "ALTER TABLE card DROP COLUMN deleted_at", "PRAGMA user_version = 1"} {
		if _, err := d.writer.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	d.Close()
	d = openAt(t, path)
	got, err := d.For(s.Session()).Usage(t.Context())
	if err != nil || got != want || got.Bytes < 600_000 {
		t.Errorf("%+v, %v; before %+v", got, err, want)
	}
}
