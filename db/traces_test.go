package db

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cardstock/card"
)

func TestDeletedCardsLeaveNothing(t *testing.T) {
	d, _ := cardsDB(t)
	s, other := visitor(t, d, "one"), visitor(t, d, "other")
	someCard(t, other)
	theirs := rowsIn(t, d, other.Session())
	fill := func() string {
		c := sampleCard()
		id, err := s.CreateCard(t.Context(), c, &Upload{Name: "x.json", Format: "x", Bytes: make([]byte, 600_000)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.HoldUpload(t.Context(), id, &Upload{Name: "y", Format: "y", Bytes: []byte("held")}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SaveAnswers(t.Context(), id, []Answer{{Key: "one.a", Text: "beta", Rev: card.RevOf(0, "alpha")}}); err != nil {
			t.Fatal(err)
		}
		return id
	}
	kept, gone := fill(), fill()
	for table, n := range map[string]int{"card": 2, "file": 4, "chunk": 8, "revision": 2, "section": 6, "field": 12} {
		if got := rowsIn(t, d, s.Session())[table]; got != n {
			t.Errorf("%d rows in %s, want %d", got, table, n)
		}
	}
	if err := s.DeleteCard(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteCard(t.Context(), gone); card.CodeOf(err) != card.NotFound {
		t.Errorf("deleting it again: %v", err)
	}
	if _, err := s.Card(t.Context(), kept); err != nil {
		t.Errorf("the other card: %v", err)
	}
	sheet := templates(t).Get("datasheet").New()
	if _, err := s.CreateCard(t.Context(), sheet, nil); err != nil {
		t.Fatal(err)
	}
	if n, err := s.DeleteCards(t.Context(), card.Model); n != 1 || err != nil {
		t.Errorf("%d model cards erased, %v", n, err)
	}
	if n, err := s.DeleteCards(t.Context(), card.Datasheet); n != 1 || err != nil {
		t.Errorf("%d datasheets erased, %v", n, err)
	}
	if left := rowsIn(t, d, s.Session()); len(left) > 0 {
		t.Errorf("left of deleted cards: %v", left)
	}
	if got := rowsIn(t, d, other.Session()); !reflect.DeepEqual(got, theirs) {
		t.Errorf("the other session has %v, had %v", got, theirs)
	}
	wellFormed(t, d)
}

func TestTextOfADeletedCardIsOverwritten(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	someCard(t, s)
	const marker = "Anax-imperator-58213"
	c := sampleCard()
	c.Title = marker
	fieldOf(c, "one.a").Answer = strings.Repeat(marker+" ", 900)
	id, err := s.CreateCard(t.Context(), c, &Upload{Name: marker, Format: "x", Bytes: bytes.Repeat([]byte(marker), 40_000)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveAnswers(t.Context(), id, []Answer{{Key: "one.a", Text: marker + " again", Rev: card.RevOf(0, fieldOf(c, "one.a").Answer)}}); err != nil {
		t.Fatal(err)
	}
	truncate := func() {
		if done, err := d.Checkpoint(t.Context()); !done || err != nil {
			t.Fatal(done, err)
		}
	}
	truncate()
	if !onDisk(t, d, marker) {
		t.Fatal("the marker should be on disk by now")
	}
	if err := s.DeleteCard(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	truncate()
	if onDisk(t, d, marker) {
		t.Error("text of a deleted card is still in the file or its log")
	}
}

// An answer that was replaced and folded away is overwritten, too.
func TestReplacedTextThatIsInNoRevisionIsOverwritten(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	const marker = "Libellula-depressa-90412"
	rev := card.RevOf(0, "alpha")
	for i, text := range []string{"first", strings.Repeat(marker, 300), "third"} {
		if _, err := s.SaveAnswers(t.Context(), id, []Answer{{Key: "one.a", Text: text, Rev: rev}}); err != nil {
			t.Fatal(err)
		}
		rev = card.RevOf(int64(i+1), text)
	}
	if done, err := d.Checkpoint(t.Context()); !done || err != nil {
		t.Fatal(done, err)
	}
	if onDisk(t, d, marker) {
		t.Error("the text is still there")
	}
}

func onDisk(t testing.TB, d *DB, marker string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(d.Path()), "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(marker)) {
			return true
		}
	}
	return false
}
