package db

import (
	"context"
	"time"
)

// Lease takes or keeps the lease with this name for the holder until d from now. It reports false while
// somebody else holds it. One that lasts longer than any can was taken while the clock was wrong, and counts for nothing.
func (d *DB) Lease(ctx context.Context, name, holder string, length time.Duration) (bool, error) {
	var n int64
	now := d.Now()
	err := d.Write(ctx, func(tx *Tx) error {
		var err error
		n, err = changed(ctx, tx, `
			INSERT INTO lease (name, holder, until) VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE lease.holder = excluded.holder OR lease.until <= ? OR lease.until > excluded.until + ?`,
			name, holder, now.Add(length).UnixMilli(), now.UnixMilli(), length.Milliseconds())
		return err
	})
	return n == 1, err
}

// Release gives the lease up if the holder still has it.
func (d *DB) Release(ctx context.Context, name, holder string) error {
	return d.Write(ctx, func(tx *Tx) error {
		return exec(ctx, tx, `
			DELETE FROM lease
			WHERE name = ? AND holder = ?`, name, holder)
	})
}
