package card

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// A Rev is what a form carries beside an answer: which save of the answer the page
// shows, and a hash of the text it stands for. To the browser it is opaque.
type Rev struct {
	N    int64
	Hash string
}

// RevOf is the Rev of a stored answer.
func RevOf(n int64, answer string) Rev { return Rev{n, answerHash(answer)} }

// ParseRev reads a Rev from a form. A page that sent none has seen nothing: it stands for the empty
// answer of a fresh field.
func ParseRev(s string) Rev {
	n, hash, ok := strings.Cut(s, ".")
	i, err := strconv.ParseInt(n, 10, 64)
	if !ok || err != nil || i < 0 {
		return RevOf(0, "")
	}
	return Rev{i, hash}
}

func (r Rev) String() string { return strconv.FormatInt(r.N, 10) + "." + r.Hash }

// StandsFor reports whether answer is the text the page was given with this Rev.
func (r Rev) StandsFor(answer string) bool { return r.Hash == answerHash(answer) }

// Edit is what a submitted answer means for the stored one.
type Edit int

// The outcomes of Judge.
const (
	Unchanged  Edit = iota // the page's text was not edited: skip it, whatever is stored
	Saved                  // the text is stored already: done, whatever the Rev
	Write                  // write it and raise the revision
	Conflicted             // edited here, and changed elsewhere meanwhile
)

// Judge decides what to do with a submitted answer. A reply that got lost, a browser's
// own retry and a tab that never touched this answer are never conflicts.
func (f *Field) Judge(submitted string, rev Rev) Edit {
	switch {
	case submitted == f.Answer:
		return Saved
	case rev.StandsFor(submitted):
		return Unchanged
	case rev == RevOf(f.Rev, f.Answer):
		return Write
	}
	return Conflicted
}

// answerHash is 96 bits of SHA-256: enough that no two texts a person types share one.
func answerHash(answer string) string {
	sum := sha256.Sum256([]byte(answer))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func itoa(n int) string { return strconv.Itoa(n) }
