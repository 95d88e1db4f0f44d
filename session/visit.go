package session

import (
	"context"
	"errors"
	"iter"
	"time"

	"cardstock/db"
)

// Visit is one request's view of its visitor. It is used by one goroutine.
type Visit struct {
	keeper *Keeper
	token  string      // the visitor's token, or the one they get with the next cookie
	spare  string      // a fresh one, for when token turns out to belong to an ended session
	came   string      // the cookie the visitor came with, "" if it was none of ours
	known  bool        // the visitor came with token
	row    *db.Session // nil while nothing is kept
	scope  *db.Scope
	send   bool // the cookie must be sent with this reply
}

// Choose returns which of several cookies of our name counts: the first that this server made, "" if there is none. We set
// one at one path, so a second one is somebody else's doing; a forged one must not hide the visitor's own.
func (k *Keeper) Choose(cookies iter.Seq[string]) string {
	for cookie := range cookies {
		if k.signer.genuine(cookie) {
			return cookie
		}
	}
	return ""
}

// Visit finds out who visits by the value of their cookie, "" if there was none. A cookie that is absent or
// forged costs no look-up. Otherwise it reads the row and, with Redis, makes one GET; at times it writes the
// visit down. Its error means that the database cannot be read.
func (k *Keeper) Visit(ctx context.Context, cookie string) (*Visit, error) {
	v := &Visit{keeper: k, spare: k.signer.fresh()}
	if !k.signer.genuine(cookie) {
		v.nobody()
		return v, nil
	}
	v.came = cookie
	k.lookups.Add(1)
	row, err := k.db.SessionByToken(ctx, hashOf(cookie))
	if err != nil {
		return nil, err
	}
	if !k.live(row) && v.after(cookie, row) {
		return v, nil
	}
	v.token, v.known = cookie, true
	if row == nil {
		v.blank() // a first visit coming back
		return v, nil
	}
	return v, v.enter(ctx, row)
}

// after makes the visitor a new one if the session of their cookie has ended; row is nil where none is left of it, or never was one.
func (v *Visit) after(cookie string, row *db.Session) bool {
	// One that only expired may live after all, if the clock is wrong: they keep their cookie until they keep something.
	expired := row != nil && row.TokenHash != nil
	heir := v.keeper.heirs.heir(hashOf(cookie), v.spare, expired)
	if row == nil && heir == "" {
		return false
	}
	if heir != "" {
		v.spare = heir
	}
	v.nobody() // the token of a session that has ended is not used again
	v.known = heir != ""
	return true
}

// enter takes the visitor into their session, and writes the visit down if it is time.
func (v *Visit) enter(ctx context.Context, row *db.Session) error {
	k := v.keeper
	gone := k.keyGone(ctx, *row.TokenHash)
	if gone || k.touchDue(row) {
		touched, err := k.db.Touch(ctx, row.ID, *row.TokenHash)
		switch {
		case errors.Is(err, db.ErrEnded):
			v.nobody()
			return nil
		case err != nil:
			// On a full disk the visitor can at least read.
			k.warn("a visit could not be written down", err)
			if gone { // the sweeper may miss it already, and erase what this visitor reads
				k.set(ctx, row)
			}
		default:
			row, v.send = touched, true
			k.set(ctx, row)
		}
	}
	v.row, v.scope = row, k.db.ForVisit(row)
	return nil
}

// nobody makes the visitor a new one, with a new token.
func (v *Visit) nobody() {
	v.token, v.spare, v.known = v.spare, v.keeper.signer.fresh(), false
	v.blank()
}

// blank gives the visitor a scope in which the first write makes the session.
func (v *Visit) blank() {
	v.row = nil
	v.scope = v.keeper.db.ForNew(db.Birth{
		TokenHash: hashOf(v.token),
		SpareHash: hashOf(v.spare),
		TTL:       v.keeper.o.TTL,
	})
}

// Scope is the one way to the visitor's rows.
func (v *Visit) Scope() *db.Scope { return v.scope }

// Exists reports whether anything is kept about the visitor.
func (v *Visit) Exists() bool { return v.current() != nil }

// current returns the session's row as this request knows it, or nil.
func (v *Visit) current() *db.Session {
	if v.row == nil {
		return v.scope.Born()
	}
	return v.row
}

// ExpiresAt returns when the session ends if the visitor does not come again; while nothing is kept, when it
// would end if something were kept now.
func (v *Visit) ExpiresAt() time.Time {
	if row := v.current(); row != nil {
		return time.UnixMilli(row.ExpiresAt)
	}
	return v.keeper.db.Now().Add(v.keeper.o.TTL)
}

// TTL returns how long the session lives after a visit.
func (v *Visit) TTL() time.Duration {
	if row := v.current(); row != nil {
		return time.Duration(row.TTL) * time.Millisecond
	}
	return v.keeper.o.TTL
}

// Shared reports whether the visitor said that they sit at a shared computer.
func (v *Visit) Shared() bool {
	row := v.current()
	return row != nil && row.Shared
}

// SetShared notes whether the visitor sits at a shared computer. Then the cookie ends with the browser and the session
// 12 hours after the last visit. To say yes is a wish worth keeping: it makes the session if there is
// none. It returns db.ErrEnded if the session has ended meanwhile.
func (v *Visit) SetShared(ctx context.Context, shared bool) error {
	if !shared && !v.Exists() {
		return nil
	}
	ttl := v.keeper.o.TTL
	if shared {
		ttl = v.keeper.o.SharedTTL
	}
	row, err := v.scope.Share(ctx, shared, ttl)
	if err != nil {
		return err
	}
	v.adopt(row)
	v.keeper.set(ctx, row)
	return nil
}

// adopt makes the row, just written by this request, the visit's session, under the token it was made with.
func (v *Visit) adopt(row *db.Session) {
	if *row.TokenHash == hashOf(v.spare) {
		v.token = v.spare
	}
	v.row, v.known, v.send = row, true, true
}

// End erases the session because its visitor asked, and returns when all its rows are gone. Saves under way get
// db.ErrEnded. The visitor is a new one from then on, with a fresh token and an empty scope. If it fails after
// the session was ended, nobody reaches it any more and the sweeper erases the rest.
func (v *Visit) End(ctx context.Context) error {
	row := v.current()
	if row == nil {
		return nil
	}
	if _, err := v.keeper.db.EndByVisitor(ctx, row.ID, *row.TokenHash); err != nil {
		return err
	}
	v.spare = v.keeper.signer.fresh()
	v.nobody()
	v.send = true
	return v.keeper.erase(ctx, row.ID, *row.TokenHash)
}

// Settle finishes the visit after the handler: it sets the key of a session that was born. It returns the cookie to
// send with the reply, or nil. page says that the reply is a whole page: only there, and on a first write,
// does a visitor without a cookie get one.
func (v *Visit) Settle(ctx context.Context, page bool) *Cookie {
	if born := v.scope.Born(); born != nil && v.row == nil {
		v.adopt(born)
		v.keeper.setNew(ctx, born)
	}
	if !v.send && (v.known || !page) {
		return nil
	}
	return v.keeper.cookie(v)
}
