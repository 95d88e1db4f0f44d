package db

import (
	"context"
	"slices"
	"time"
)

// Bytes says how much the sessions hold: all texts and files, UTF-8.
type Bytes struct {
	Sessions int     // looked at
	Total    int64   // of all sessions; an estimate if not all were looked at
	Whole    bool    // all were
	Largest  []int64 // the largest of the sessions looked at, at most five
}

// weights, a condition and weightsOf are the bytes of each of the sessions that the condition is true for.
const weights = `
	WITH these AS (SELECT id FROM session WHERE `

const weightsOf = `)
	SELECT SUM(bytes)
	FROM (
		SELECT session_id, octet_length(title) AS bytes FROM card WHERE session_id IN these
		UNION ALL
		SELECT session_id, octet_length(title) FROM section WHERE session_id IN these
		UNION ALL
		SELECT session_id, octet_length(label) + octet_length(answer) FROM field WHERE session_id IN these
		UNION ALL
		SELECT session_id, octet_length(before) FROM revision WHERE session_id IN these
		UNION ALL
		SELECT session_id, size FROM file WHERE session_id IN these
	) AS texts
	GROUP BY session_id`

// atOnce is how many sessions are weighed in one read: a long one would keep the write-ahead log from being emptied.
const atOnce = 500

// countBytes weighs sessions in the order of their ids until the time is over. The ids are random, so those are a fair sample;
// sessions that are likely to be large are weighed besides, for Largest.
func (d *DB) countBytes(ctx context.Context, atMost time.Duration) (Bytes, error) {
	var b Bytes
	var sum int64
	began, after := time.Now(), ""
	for !b.Whole && (time.Since(began) < atMost || after == "") {
		var ids []string
		err := list(ctx, d.reader, &ids, "SELECT id FROM session WHERE id > ? ORDER BY id LIMIT ?", after, atOnce)
		if err != nil {
			return b, err
		}
		if b.Whole = len(ids) < atOnce; len(ids) == 0 {
			break
		}
		last := ids[len(ids)-1]
		w, err := d.weigh(ctx, &b, "id > ? AND id <= ?", after, last)
		if err != nil {
			return b, err
		}
		sum, after = sum+w.Bytes, last
		b.Sessions += len(ids)
	}
	if b.Total = sum; b.Whole {
		return b, nil
	}
	return b, d.estimate(ctx, &b, after)
}

// estimate concludes from the sessions up to an id on all of them.
func (d *DB) estimate(ctx context.Context, b *Bytes, upTo string) error {
	c, err := d.CountSessions(ctx)
	if err != nil {
		return err
	}
	large, err := d.weigh(ctx, b, `
		id > ? AND id IN (
			SELECT session_id FROM (SELECT session_id FROM card GROUP BY session_id ORDER BY COUNT(*) DESC LIMIT 50) AS most_cards
			UNION
			SELECT session_id FROM (SELECT session_id FROM file GROUP BY session_id ORDER BY SUM(size) DESC LIMIT 50) AS most_files
		)`, upTo)
	others := max(c.Live+c.Due+c.Ended-b.Sessions-large.Sessions, 0)
	b.Total += large.Bytes + int64(float64(b.Total)/float64(b.Sessions)*float64(others))
	return err
}

type weight struct {
	Sessions int // with something in them
	Bytes    int64
}

// weigh adds up the bytes of the sessions that the condition is true for, and keeps the largest.
func (d *DB) weigh(ctx context.Context, b *Bytes, condition string, args ...any) (weight, error) {
	var each []int64
	if err := list(ctx, d.reader, &each, weights+condition+weightsOf, args...); err != nil {
		return weight{}, err
	}
	sum := weight{Sessions: len(each)}
	for _, n := range each {
		sum.Bytes += n
	}
	b.Largest = append(b.Largest, each...)
	slices.Sort(b.Largest)
	slices.Reverse(b.Largest)
	b.Largest = b.Largest[:min(len(b.Largest), 5)]
	return sum, nil
}
