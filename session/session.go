// Package session knows who is visiting: the token in the cookie, the session's key in Redis, its row in the database, and
// which sessions are alive. The row decides; the key lets an operator see and end sessions in Redis, and
// costs one GET for each request. It knows no cards and no web framework.
package session

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"cardstock/db"
)

// Options of New.
type Options struct {
	TTL       time.Duration // how long a session lives after a visit; 0 means 30 days
	SharedTTL time.Duration // the same at a shared computer, never longer than TTL; 0 means 12 hours
	Secure    bool          // the site is on https: secure cookies
	Log       *slog.Logger  // nil means slog.Default
}

// Keeper knows the sessions of one server. Its methods may be called from many goroutines.
type Keeper struct {
	db      *db.DB
	keys    *Keys // nil: no Redis, the row is all there is of a session
	signer  signer
	o       Options
	heirs   heirs
	lookups atomic.Int64
	warned  atomic.Int64 // when a failed note was last told of, Unix milliseconds
}

// New returns a keeper of the sessions in the database. keys may be nil: then there is no Redis.
func New(ctx context.Context, store *db.DB, keys *Keys, o Options) (*Keeper, error) {
	secret, err := store.Secret(ctx)
	if err != nil {
		return nil, err
	}
	if o.TTL == 0 {
		o.TTL = 30 * 24 * time.Hour
	}
	if o.SharedTTL == 0 {
		o.SharedTTL = 12 * time.Hour
	}
	o.SharedTTL = min(o.SharedTTL, o.TTL)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Keeper{db: store, keys: keys, signer: signer{secret}, o: o}, nil
}

// Lookups returns how many times a cookie led to a look-up in the database. A forged one never does.
func (k *Keeper) Lookups() int64 { return k.lookups.Load() }

// TTL returns how long a session on a computer of one's own lives after its last visit.
func (k *Keeper) TTL() time.Duration { return k.o.TTL }

// Describe says how sessions are kept, in a few words without credentials.
func (k *Keeper) Describe() string {
	if k.keys == nil {
		return "in the database alone (embedded; no Redis configured)"
	}
	return "in the database and in " + k.keys.Describe()
}

// State says how sessions are kept now, to anybody: where Redis is it does not tell. It asks Redis, for at most 250 ms.
func (k *Keeper) State(ctx context.Context) string {
	switch {
	case k.keys == nil:
		return k.Describe()
	case k.keys.Ask(ctx) != nil:
		return "in the database, which serves alone: Redis does not answer"
	}
	return "in the database and in Redis, which answers"
}

// live reports whether the session's row can be reached now.
func (k *Keeper) live(row *db.Session) bool { return row != nil && row.Live(k.db.Now()) }

// touchDue reports whether the visit is to be written down: the last one was long enough ago, or the sweeper misses
// the key and must hear that somebody is here.
func (k *Keeper) touchDue(row *db.Session) bool {
	every := min(time.Hour.Milliseconds(), row.TTL/12)
	return k.db.Now().UnixMilli()-row.TouchedAt > every || row.MissingSince != nil
}

// keyGone reports whether Redis says that the session's key is not there. When Redis does not answer, the row serves.
func (k *Keeper) keyGone(ctx context.Context, hash string) bool {
	if k.keys == nil {
		return false
	}
	there, err := k.keys.Present(ctx, hash)
	return err == nil && !there
}

// set gives the session's key the expiry of its row and notes that in the row. If the session has ended
// meanwhile the key goes again. What fails here is mended by the sweeper.
func (k *Keeper) set(ctx context.Context, row *db.Session) {
	if k.keys == nil {
		return
	}
	if k.keys.Set(ctx, *row.TokenHash, k.left(row)) == nil {
		k.keyed(ctx, row)
	}
}

// setNew is set for a session just born. A key that is already there belongs to another request of the same visitor,
// which notes it.
func (k *Keeper) setNew(ctx context.Context, row *db.Session) {
	if k.keys == nil {
		return
	}
	if set, err := k.keys.SetNew(ctx, *row.TokenHash, k.left(row)); err == nil && set {
		k.keyed(ctx, row)
	}
}

func (k *Keeper) left(row *db.Session) time.Duration {
	return max(time.Duration(row.ExpiresAt-k.db.Now().UnixMilli())*time.Millisecond, time.Millisecond)
}

func (k *Keeper) keyed(ctx context.Context, row *db.Session) {
	until := row.ExpiresAt
	if k.keys.unknown.Load() {
		until = 0 // the sweeper sets it again, in the Redis that it knows
	}
	err := k.db.MarkKeyed(ctx, row.ID, *row.TokenHash, until)
	switch {
	case errors.Is(err, db.ErrEnded):
		k.keys.Delete(ctx, *row.TokenHash)
	case err != nil:
		k.warn("a session key is set but could not be noted; the sweeper sets it again", err)
	}
}

// warn tells of what fails with every request while the disk is full, once a minute.
func (k *Keeper) warn(what string, err error) {
	now, last := k.db.Now().UnixMilli(), k.warned.Load()
	if now-last >= time.Minute.Milliseconds() && k.warned.CompareAndSwap(last, now) {
		k.o.Log.Warn(what, "err", err)
	}
}

// erase deletes the key and all rows of a session that has ended. While Redis is away the bare session row
// stays, for the sweeper to delete the key later.
func (k *Keeper) erase(ctx context.Context, id, hash string) error {
	keyStays := k.keys != nil && k.keys.Delete(ctx, hash) != nil
	_, err := k.db.Erase(ctx, db.InServer, []string{id}, keyStays)
	return err
}
