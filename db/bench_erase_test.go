package db

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkErase says how many sessions of 40 fields are erased in a second.
func BenchmarkErase(b *testing.B) {
	d, _ := sessionDB(b)
	const many = 2000
	for b.Loop() {
		b.StopTimer()
		ids := manySessions(b, d, many)
		b.StartTimer()
		if e, err := d.Erase(b.Context(), InServer, ids, false); err != nil || e.Sessions != many {
			b.Fatal(e, err)
		}
	}
	b.ReportMetric(float64(b.N*many)/b.Elapsed().Seconds(), "sessions/s")
}

// manySessions makes ended sessions of one card, 6 sections and 40 fields each.
func manySessions(b *testing.B, d *DB, n int) []string {
	b.Helper()
	ids := make([]string, n)
	r := rand.New(rand.NewPCG(1, 2))
	err := d.Write(b.Context(), func(tx *Tx) error {
		for i := range ids {
			ids[i] = NewID()
			if err := rawSession(b.Context(), tx, ids[i], r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return ids
}

func rawSession(ctx context.Context, tx *Tx, id string, r *rand.Rand) error {
	err := errors.Join(
		exec(ctx, tx, `INSERT INTO session (id, ended_hash, ttl, created_at, touched_at, expires_at) VALUES (?, ?, 1, 1, 1, 1)`, id, id),
		exec(ctx, tx, `INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at, bytes) VALUES (?, 'c', 'model', 'model', 'title', 1, 1, 20000)`, id),
	)
	for i := range 6 {
		err = errors.Join(err, exec(ctx, tx, `INSERT INTO section VALUES (?, 'c', ?, ?, 'title', 0)`, id, i, i))
	}
	for i := range 40 {
		err = errors.Join(err, exec(ctx, tx, `
			INSERT INTO field (session_id, card_id, key, section_key, position, label, kind, essential, custom, shape, answer, answered, rev, saved_at)
			VALUES (?, 'c', ?, ?, ?, 'A question of usual length', 'text', 0, 0, '', ?, 1, 1, 1)`,
			id, i, i%6, i, strings.Repeat("word ", r.IntN(100))))
	}
	return err
}
