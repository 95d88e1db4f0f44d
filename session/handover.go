package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"cardstock/card"
	"cardstock/db"
)

// A session goes on in another browser: the one that has it shows a code, and who types that code in the other takes it
// over. It moves; it is never in two browsers at once. So a code that somebody gives away to lure a visitor into their
// session takes that session away from them.

// CodeLife is how long a code can be used.
const CodeLife = 10 * time.Minute

const codeBytes = 16

// crockford is base32 without I, L, O and U.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// typos are the look-alikes that crockford lacks, and what people put between groups.
var typos = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", "‐", "", "‑", "", "–", "", "—", "", ".", "", "_", "")

// writeCode writes a code for people, in groups of four.
func writeCode(code []byte) string {
	var groups []string
	for g := range slices.Chunk([]byte(crockford.EncodeToString(code)), 4) {
		groups = append(groups, string(g))
	}
	return strings.Join(groups, "-")
}

// readCode reads a code as people type it. It returns nil for what cannot be one.
func readCode(typed string) []byte {
	if len(typed) > 200 {
		return nil
	}
	clean := typos.Replace(strings.ToUpper(strings.Join(strings.Fields(typed), "")))
	code, err := crockford.DecodeString(clean)
	if err != nil || len(code) != codeBytes || crockford.EncodeToString(code) != clean {
		return nil
	}
	return code
}

func hashOfCode(code []byte) string {
	sum := sha256.Sum256(code)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// HandOver makes a code by which another browser can take the session over, once and until the time returned. It
// replaces an earlier one. It returns db.ErrEnded if there is no session.
func (v *Visit) HandOver(ctx context.Context) (code string, until time.Time, err error) {
	b := make([]byte, codeBytes)
	rand.Read(b)
	until = v.keeper.db.Now().Add(CodeLife)
	if err := v.scope.OfferHandover(ctx, hashOfCode(b), until); err != nil {
		return "", until, err
	}
	return writeCode(b), until, nil
}

// Coming says what a typed code would bring to this browser; nothing changes. It returns db.ErrNoCode or db.ErrOwnCode if it brings
// nothing. A browser without a session gets a fresh cookie with that, to arrive with: the one it came with somebody else may have planted or noted,
// and with a code read over the shoulder they would have what Arrive makes the token of.
func (v *Visit) Coming(ctx context.Context, typed string, ts *card.Templates) (*db.Coming, error) {
	code := readCode(typed)
	if code == nil {
		return nil, db.ErrNoCode
	}
	coming, err := v.keeper.db.Coming(ctx, hashOfCode(code), v.scope, ts)
	if err == nil && v.row == nil {
		v.nobody()
		v.send = true
	}
	return coming, err
}

// Arrive takes the session of a typed code over into this browser, under a new token. A session this browser had ends
// and is erased; seen is the state of its cards that the visitor agreed to lose, "" if they did not look.
//
// The new token is made from the code and the cookie the browser came with. So a browser that asks twice, because the reply got
// lost or the button was pressed twice, gets the same token twice within a minute, and the session is not lost between them. The token is
// never that of the cookie itself, which somebody may have planted.
func (v *Visit) Arrive(ctx context.Context, typed, seen string) error {
	k, code := v.keeper, readCode(typed)
	if code == nil {
		return db.ErrNoCode
	}
	token := k.signer.fresh()
	if v.came != "" {
		token = k.signer.derived(code, v.came)
	}
	arrived, err := k.db.Arrive(ctx, db.Arrival{
		CodeHash:  hashOfCode(code),
		TokenHash: hashOf(token),
		Own:       v.current(),
		Seen:      seen,
	})
	if err != nil {
		return err
	}
	v.token, v.row, v.known, v.send = token, &arrived.Session, true, true
	v.scope = k.db.ForVisit(v.row)
	k.set(ctx, v.row)
	for _, s := range arrived.Left {
		if err := k.erase(ctx, s.ID, s.Hash()); err != nil {
			k.o.Log.Warn("what a hand-over left could not be erased; the sweeper goes on with it", "err", err)
		}
	}
	return nil
}
