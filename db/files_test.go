package db

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cardstock/card"
)

func randomBytes(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestFilesComeBackByteByByte(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 17, 5 << 20} {
		want := randomBytes(size)
		id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "a \"b\".json", Format: "webcards", Bytes: want})
		if err != nil {
			t.Fatal(err)
		}
		f, got, err := s.Original(t.Context(), id)
		if err != nil || !bytes.Equal(got, want) || f.Size != int64(size) || f.Name != "a \"b\".json" || f.Format != "webcards" {
			t.Errorf("%d bytes: %d came back, %+v, %v", size, len(got), f, err)
		}
		if _, again, err := s.ReadFile(t.Context(), id, f.ID); err != nil || !bytes.Equal(again, want) {
			t.Errorf("%d bytes by id: %v", size, err)
		}
		var largest, n int
		if err := d.reader.QueryRow("SELECT COALESCE(MAX(length(bytes)), 0), COUNT(*) FROM chunk WHERE card_id = ?", id).Scan(&largest, &n); err != nil {
			t.Fatal(err)
		}
		if largest > 256<<10 || n != (size+chunkSize-1)/chunkSize {
			t.Errorf("%d bytes lie in %d rows of at most %d bytes", size, n, largest)
		}
		if err := s.DeleteCard(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHeldAndTakenUploads(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id, err := s.CreateCard(t.Context(), sampleCard(), &Upload{Name: "first", Format: "x", Bytes: []byte("1")})
	if err != nil {
		t.Fatal(err)
	}
	held, err := s.HoldUpload(t.Context(), id, &Upload{Name: "held", Format: "x", Bytes: []byte("2")})
	if err != nil {
		t.Fatal(err)
	}
	later, err := s.HoldUpload(t.Context(), id, &Upload{Name: "held later", Format: "x", Bytes: []byte("3")})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.ReadFile(t.Context(), id, held); card.CodeOf(err) != card.NotFound {
		t.Errorf("the one held before: %v", err)
	}
	if f, data, err := s.ReadFile(t.Context(), id, later); err != nil || string(data) != "3" || f.Name != "held later" {
		t.Errorf("the held one: %+v %s %v", f, data, err)
	}
	if f, _, err := s.Original(t.Context(), id); err != nil || f.Name != "first" {
		t.Errorf("a held upload is taken for the original: %+v, %v", f, err)
	}
	*now = now.Add(time.Second)
	no := errors.New("no")
	taken := &Upload{Name: "taken", Format: "x", Bytes: []byte("4")}
	if err := s.Import(t.Context(), id, taken, func(*card.Card) error { return no }); !errors.Is(err, no) {
		t.Errorf("a refused import: %v", err)
	}
	if files, _ := s.Originals(t.Context(), id); len(files) != 1 {
		t.Errorf("a refused import left its upload: %+v", files)
	}
	err = s.Import(t.Context(), id, taken, func(c *card.Card) error { c.Title = "taken"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.Originals(t.Context(), id)
	if err != nil || len(files) != 2 || files[0].Name != "taken" || files[1].Name != "first" {
		t.Errorf("uploads %+v, %v", files, err)
	}
	if _, data, _ := s.Original(t.Context(), id); string(data) != "4" {
		t.Errorf("the latest is %q", data)
	}
	if _, data, err := s.OriginalIn(t.Context(), id, "x"); string(data) != "4" || err != nil {
		t.Errorf("the latest of its format is %q, %v", data, err)
	}
	if _, data, err := s.OriginalIn(t.Context(), id, "y"); card.CodeOf(err) != card.NotFound {
		t.Errorf("one of another format is %q, %v", data, err)
	}
	if _, _, err := s.ReadFile(t.Context(), id, later); card.CodeOf(err) != card.NotFound {
		t.Errorf("the held one after it was taken: %v", err)
	}
	if c, _ := s.Card(t.Context(), id); c.Title != "taken" {
		t.Error("the import changed nothing")
	}
}

func TestACardWithoutUploadHasNone(t *testing.T) {
	d, _ := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	if _, _, err := s.Original(t.Context(), id); card.CodeOf(err) != card.NotFound || !strings.Contains(err.Error(), "no such upload") {
		t.Errorf("%v", err)
	}
	if files, err := s.Originals(t.Context(), id); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
	if _, err := s.HoldUpload(t.Context(), "none", &Upload{}); card.CodeOf(err) != card.NotFound {
		t.Errorf("holding for no card: %v", err)
	}
}

// TestReplacingIsAStepOfItsOwn: an answer that is put in the place of one typed a moment before leaves that among the earlier answers, and what
// was read from a model file is held beside a card.
func TestReplacingIsAStepOfItsOwn(t *testing.T) {
	d, now := cardsDB(t)
	s := visitor(t, d, "one")
	id := someCard(t, s)
	for i, text := range []string{"typed", "proposed"} {
		*now = now.Add(time.Second)
		k, err := s.Card(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := k.Field("one.a")
		a := Answer{"one.a", text, card.RevOf(f.Rev, f.Answer)}
		if i == 0 {
			_, err = s.SaveAnswers(t.Context(), id, []Answer{a})
		} else {
			_, err = s.ReplaceAnswer(t.Context(), id, a)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.ReplaceAnswer(t.Context(), id, Answer{"one.a", "too late", card.RevOf(0, "alpha")}); card.CodeOf(err) != card.Conflict {
		t.Errorf("a conflict: %v", err)
	}
	var before []string
	err := s.read(t.Context(), func(tx *Tx) error {
		return list(t.Context(), tx, &before, "SELECT before FROM revision WHERE session_id = ? AND card_id = ? AND field_key = 'one.a' ORDER BY rev", s.session, id)
	})
	if err != nil || len(before) != 2 || before[1] != "typed" {
		t.Errorf("earlier answers: %q, %v", before, err)
	}
}
