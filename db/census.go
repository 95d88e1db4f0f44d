package db

import (
	"context"
	"os"
	"time"
)

// Census is what can be said of all sessions without saying anything of what is in them, or whose they are. Its parts are
// read one after another, so beside a running server they may be moments apart.
type Census struct {
	SessionCounts
	Shared    int // live ones, at a shared computer
	Created   Ages
	Visited   Ages // by their last visit that was written down
	Cards     int
	MostCards int    // in one session
	Within    [3]int // live ones that expire within each of the times of Horizons
	Next      []Leaving
	Bytes     int64   // of all cards with what belongs to them, counted as for the quota
	Largest   []int64 // bytes of the five largest sessions
	Size      Size
}

// Ages are how many live sessions are younger than each of AgeLimits but not than the one before; the last are older than all.
type Ages [5]int

// AgeLimits divide Ages, Horizons Within.
var (
	AgeLimits = [4]time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}
	Horizons  = [3]time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}
)

// Leaving is a session that is among the next to expire.
type Leaving struct {
	ExpiresAt int64 `db:"expires_at"` // Unix milliseconds
	Cards     int   `db:"cards"`
}

// Size is how large the database is on disk, in bytes.
type Size struct {
	File int64
	Free int64 // of File: pages without anything in them
	Log  int64 // the write-ahead log beside it
}

// Census counts all sessions. It reads every session and card row once, and nothing of what is in the cards.
func (d *DB) Census(ctx context.Context) (*Census, error) {
	c := &Census{}
	var err error
	for _, part := range []func(context.Context, *Census) error{d.countRows, d.countAges, d.countCards, d.countNext} {
		if err = part(ctx, c); err != nil {
			return nil, translate(err)
		}
	}
	c.Size, err = d.Size(ctx)
	return c, translate(err)
}

func (d *DB) countRows(ctx context.Context, c *Census) (err error) {
	c.SessionCounts, err = d.CountSessions(ctx)
	return err
}

// countAges reads each session row once.
func (d *DB) countAges(ctx context.Context, c *Census) error {
	var r struct {
		Live, Shared    int
		C1, C2, C3, C4  int // created since
		V1, V2, V3, V4  int // visited since
		Hour, Day, Week int // expire until
	}
	now := d.Now().UnixMilli()
	ago := func(i int) int64 { return now - AgeLimits[i].Milliseconds() }
	in := func(i int) int64 { return now + Horizons[i].Milliseconds() }
	err := get(ctx, d.reader, &r, `
		SELECT
			COUNT(*)                                   AS live,
			COALESCE(SUM(shared), 0)                   AS shared,
			COUNT(CASE WHEN created_at > ? THEN 1 END) AS c1,
			COUNT(CASE WHEN created_at > ? THEN 1 END) AS c2,
			COUNT(CASE WHEN created_at > ? THEN 1 END) AS c3,
			COUNT(CASE WHEN created_at > ? THEN 1 END) AS c4,
			COUNT(CASE WHEN touched_at > ? THEN 1 END) AS v1,
			COUNT(CASE WHEN touched_at > ? THEN 1 END) AS v2,
			COUNT(CASE WHEN touched_at > ? THEN 1 END) AS v3,
			COUNT(CASE WHEN touched_at > ? THEN 1 END) AS v4,
			COUNT(CASE WHEN expires_at <= ? THEN 1 END) AS hour,
			COUNT(CASE WHEN expires_at <= ? THEN 1 END) AS day,
			COUNT(CASE WHEN expires_at <= ? THEN 1 END) AS week
		FROM session
		WHERE token_hash IS NOT NULL AND expires_at > ?`,
		ago(0), ago(1), ago(2), ago(3), ago(0), ago(1), ago(2), ago(3), in(0), in(1), in(2), now)
	c.Shared = r.Shared
	c.Created = Ages{r.C1, r.C2 - r.C1, r.C3 - r.C2, r.C4 - r.C3, r.Live - r.C4}
	c.Visited = Ages{r.V1, r.V2 - r.V1, r.V3 - r.V2, r.V4 - r.V3, r.Live - r.V4}
	c.Within = [3]int{r.Hour, r.Day, r.Week}
	return err
}

// countCards reads each card row once: it has the bytes of its card, see quota.go.
func (d *DB) countCards(ctx context.Context, c *Census) error {
	var rows []struct {
		Place, Cards, Most int
		Bytes              int64
	}
	err := list(ctx, d.reader, &rows, `
		WITH each_session AS MATERIALIZED (SELECT COUNT(*) AS n, SUM(bytes) AS bytes FROM card WHERE deleted_at IS NULL GROUP BY session_id)
		SELECT
			0                       AS place,
			COALESCE(SUM(n), 0)     AS cards,
			COALESCE(MAX(n), 0)     AS most,
			COALESCE(SUM(bytes), 0) AS bytes
		FROM each_session
		UNION ALL
		SELECT place, n, n, bytes
		FROM (SELECT 1 AS place, n, bytes FROM each_session ORDER BY bytes DESC LIMIT 5) AS largest
		ORDER BY place, bytes DESC`)
	for _, r := range rows {
		if r.Place == 0 {
			c.Cards, c.MostCards, c.Bytes = r.Cards, r.Most, r.Bytes
		} else {
			c.Largest = append(c.Largest, r.Bytes)
		}
	}
	return err
}

func (d *DB) countNext(ctx context.Context, c *Census) error {
	return list(ctx, d.reader, &c.Next, `
		SELECT
			expires_at,
			(SELECT COUNT(*) FROM card WHERE card.session_id = session.id AND card.deleted_at IS NULL) AS cards
		FROM session
		WHERE expires_at > ? AND token_hash IS NOT NULL
		ORDER BY expires_at
		LIMIT 5`, d.Now().UnixMilli())
}

// OldestWaiting returns how long the rows of a session have been waiting to be erased since it expired or ended: the longest
// of all, 0 if none are.
func (d *DB) OldestWaiting(ctx context.Context) (time.Duration, error) {
	var since *int64
	now := d.Now().UnixMilli()
	err := get(ctx, d.reader, &since, "SELECT MIN(expires_at) FROM session WHERE expires_at <= ?", now)
	if err != nil || since == nil {
		return 0, translate(err)
	}
	return time.Duration(now-*since) * time.Millisecond, nil
}

// Size returns how large the database is on disk.
func (d *DB) Size(ctx context.Context) (Size, error) {
	free, all, err := d.FreePages(ctx)
	if err != nil {
		return Size{}, err
	}
	info, err := os.Stat(d.path)
	if err != nil {
		return Size{}, err
	}
	return Size{File: info.Size(), Free: info.Size() / int64(max(all, 1)) * int64(free), Log: d.LogBytes()}, nil
}
