package db

import (
	"context"
	"crypto/rand"
	"encoding/base64"
)

// Secret returns the 32 random bytes that sign session tokens, made when the database file was new.
func (d *DB) Secret(ctx context.Context) ([]byte, error) {
	text, err := d.meta(ctx, "secret", func() string {
		var b [32]byte
		rand.Read(b[:])
		return base64.StdEncoding.EncodeToString(b[:])
	})
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}

// Instance returns the random name under which Redis knows this database file.
func (d *DB) Instance(ctx context.Context) (string, error) { return d.meta(ctx, "instance", NewID) }

// Evidence returns what the sweeper last noted about Redis, "" if nothing.
func (d *DB) Evidence(ctx context.Context) (string, error) {
	var rows []string
	err := list(ctx, d.reader, &rows, "SELECT value FROM meta WHERE key = 'evidence'")
	if err != nil || len(rows) == 0 {
		return "", translate(err)
	}
	return rows[0], nil
}

// NoteEvidence keeps what the sweeper has seen of Redis for its next pass, which may be in another process.
func (d *DB) NoteEvidence(ctx context.Context, evidence string) error {
	return d.Write(ctx, func(tx *Tx) error {
		return exec(ctx, tx, `
			INSERT INTO meta (key, value) VALUES ('evidence', ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, evidence)
	})
}
