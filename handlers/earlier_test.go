package handlers_test

import (
	"strings"
	"testing"

	"cardstock/card/format"
	"cardstock/db"
)

// A card was taken in by an earlier version, which did not read the licence and read half of a description. Going back into its file, that is
// not taken for deleted; what the visitor did delete is.
func TestAFileThatAnEarlierVersionTookIn(t *testing.T) {
	t.Parallel()
	const file = "---\nlicense: mit\nodd: kept\nmine: deleted\n---\n# Peas\n\nThey are green and they roll.\n\n## Uses\n\nSoup.\n\n## Taste\n\nSweet.\n"
	s := common(t)
	b := s.visitor()
	r := b.do(request{method: "POST", path: "/cards/import", form: form("text", file)}).is(303)
	path, _, _ := strings.Cut(r.header.Get("Location"), "?")
	all := string(b.get(path + ".json").body)
	for _, says := range []string{`"answer": "mit"`, `"answer": "They are green and they roll."`, `"answer": "kept"`, `"answer": "deleted"`, `"answer": "Sweet."`} {
		if !strings.Contains(all, says) {
			t.Fatalf("the card lacks %s: %s", says, all)
		}
	}
	earlier := func(query string, args ...any) {
		t.Helper()
		err := s.db.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.ExecContext(t.Context(), query, args...); return err })
		if err != nil {
			t.Fatal(err)
		}
	}
	card := strings.TrimPrefix(path, "/cards/")
	earlier("DELETE FROM field WHERE card_id = ? AND answer IN ('mit', 'kept', 'Sweet.')", card)
	earlier("UPDATE field SET answer = 'They are green' WHERE card_id = ? AND answer = 'They are green and they roll.'", card)
	earlier("UPDATE file SET reader = 0 WHERE card_id = ?", card)

	back := func() string { return string(b.get(path + "/original?edits=1").is(200).body) }
	if got := back(); got != file {
		t.Fatalf("unedited it is %q", got)
	}
	var key string
	err := s.db.Write(t.Context(), func(tx *db.Tx) error {
		return tx.GetContext(t.Context(), &key, "SELECT key FROM field WHERE card_id = ? AND answer = 'deleted'", card)
	})
	if err != nil {
		t.Fatal(err)
	}
	b.do(request{method: "DELETE", path: path + "/fields/" + key}).is(303)
	want := strings.Replace(file, "mine: deleted\n", "", 1)
	if got := back(); got != want {
		t.Errorf("with a question deleted it is %q", got)
	}
	if got := string(b.get(path + ".md").body); got != want {
		t.Errorf("exported with a question deleted it is %q", got)
	}
	// What is forgotten for good, or emptied, is not brought back by that either.
	b.do(request{method: "DELETE", path: path + "/fields/" + key + "/revisions"}).is(303)
	if got := back(); strings.Contains(got, "deleted") {
		t.Errorf("with a question forgotten it is %q", got)
	}
	earlier("UPDATE file SET reader = 0 WHERE card_id = ?", card)
	b.do(request{method: "DELETE", path: path + "/answers"}).is(303)
	if got := back(); strings.Contains(got, "mit") || strings.Contains(got, "Sweet") || strings.Contains(got, "green") {
		t.Errorf("emptied it is %q", got)
	}
	earlier("UPDATE file SET reader = ? WHERE card_id = ?", format.Reader, card)
	if got := back(); strings.Contains(got, "mit") || strings.Contains(got, "Sweet") {
		t.Errorf("what a reader of today has read and is gone was deleted, and it is %q", got)
	}
}
