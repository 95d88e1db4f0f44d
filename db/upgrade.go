package db

import (
	"context"
	"errors"
	"fmt"

	"cardstock/card"
)

// steps bring a database from version i+1 to i+2; the schema itself is always the newest
// version. Cards live 30 days, so a release meets files of the ones before it.
var steps = []string{
	// 2: codes to go on in another browser; how much a card holds; a save that is folded into a step leaves the index alone.
	`CREATE TABLE handover (
		session_id TEXT PRIMARY KEY REFERENCES session (id),
		code_hash  TEXT NOT NULL UNIQUE,
		expires_at INTEGER NOT NULL,
		used       INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
	) STRICT;
	CREATE INDEX handover_expires ON handover (expires_at);
	ALTER TABLE card ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;` + countBytes + `
	DROP INDEX revision_field;
	CREATE INDEX revision_field ON revision (session_id, card_id, field_key, started_at);`,
	// 3: a save that is folded into a step reads and writes no revision; a revision says when its own answer was saved; a question when
	// it came; next versions of cards; a deleted card can come back for a moment; model cards name the datasheets they use; pictures
	// and tables of sections.
	`ALTER TABLE field ADD COLUMN kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1));
	ALTER TABLE field ADD COLUMN added_at INTEGER NOT NULL DEFAULT 0;
	UPDATE field
	SET kept = 1
	WHERE EXISTS (
	  SELECT 1
	  FROM revision
	  WHERE revision.session_id = field.session_id AND revision.card_id = field.card_id AND revision.field_key = field.key);
	UPDATE revision
	SET saved_at = one.before
	FROM (
	  SELECT session_id,
	         card_id,
	         id,
	         COALESCE(LAG(saved_at) OVER (PARTITION BY session_id, card_id, field_key ORDER BY started_at, id), 0) AS before
	  FROM revision) AS one
	WHERE revision.session_id = one.session_id AND revision.card_id = one.card_id AND revision.id = one.id;
	ALTER TABLE card ADD COLUMN predecessor TEXT NOT NULL DEFAULT '';
	ALTER TABLE card ADD COLUMN deleted_at INTEGER;
	CREATE INDEX card_deleted ON card (deleted_at) WHERE deleted_at IS NOT NULL;
	CREATE TABLE card_datasheet (
		session_id   TEXT NOT NULL,
		card_id      TEXT NOT NULL,
		datasheet_id TEXT NOT NULL,
		PRIMARY KEY (session_id, card_id, datasheet_id),
		FOREIGN KEY (session_id, card_id) REFERENCES card (session_id, id) ON DELETE CASCADE,
		FOREIGN KEY (session_id, datasheet_id) REFERENCES card (session_id, id) ON DELETE CASCADE
	) STRICT;
	CREATE INDEX card_datasheet_used ON card_datasheet (session_id, datasheet_id);
	CREATE TABLE attachment (
		session_id  TEXT NOT NULL,
		card_id     TEXT NOT NULL,
		id          TEXT NOT NULL,
		section_key TEXT NOT NULL,
		position    INTEGER NOT NULL,
		name        TEXT NOT NULL,
		caption     TEXT NOT NULL,
		alt         TEXT NOT NULL,
		media_type  TEXT NOT NULL,
		size        INTEGER NOT NULL,
		width       INTEGER NOT NULL,
		height      INTEGER NOT NULL,
		removed     TEXT NOT NULL,
		created_at  INTEGER NOT NULL,
		PRIMARY KEY (session_id, card_id, id),
		FOREIGN KEY (session_id, card_id, section_key) REFERENCES section (session_id, card_id, key) ON DELETE CASCADE
	) STRICT;
	CREATE INDEX attachment_section ON attachment (session_id, card_id, section_key);
	CREATE TABLE attachment_chunk (
		session_id    TEXT NOT NULL,
		card_id       TEXT NOT NULL,
		attachment_id TEXT NOT NULL,
		n             INTEGER NOT NULL,
		bytes         BLOB NOT NULL CHECK (length(bytes) <= 262144),
		PRIMARY KEY (session_id, card_id, attachment_id, n),
		FOREIGN KEY (session_id, card_id, attachment_id) REFERENCES attachment (session_id, card_id, id) ON DELETE CASCADE
	) STRICT;`,
	// 4: a field's answer is its last column and fields have one index, so that counting reads no answers and erasing has less to do.
	`CREATE TABLE field_4 (
		session_id  TEXT NOT NULL,
		card_id     TEXT NOT NULL,
		key         TEXT NOT NULL,
		section_key TEXT NOT NULL,
		position    INTEGER NOT NULL,
		kind        TEXT NOT NULL,
		essential   INTEGER NOT NULL CHECK (essential IN (0, 1)),
		custom      INTEGER NOT NULL CHECK (custom IN (0, 1)),
		answered    INTEGER NOT NULL CHECK (answered IN (0, 1)),
		rev         INTEGER NOT NULL,
		saved_at    INTEGER NOT NULL,
		kept        INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1)),
		added_at    INTEGER NOT NULL DEFAULT 0,
		label       TEXT NOT NULL,
		shape       TEXT NOT NULL,
		answer      TEXT NOT NULL,
		PRIMARY KEY (session_id, card_id, key),
		FOREIGN KEY (session_id, card_id, section_key) REFERENCES section (session_id, card_id, key) ON DELETE CASCADE
	) STRICT;
	INSERT INTO field_4
	SELECT session_id,
	       card_id,
	       key,
	       section_key,
	       position,
	       kind,
	       essential,
	       custom,
	       answered,
	       rev,
	       saved_at,
	       kept,
	       added_at,
	       label,
	       shape,
	       answer
	FROM field;
	DROP TABLE field;
	ALTER TABLE field_4 RENAME TO field;`,
	// 5: which reader has read a file, so that what it did not know is not taken for deleted.
	`ALTER TABLE file ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;`,
}

// upgrade brings the file to the newest version in one transaction.
func (d *DB) upgrade(ctx context.Context, schema string) error {
	newest := len(steps) + 1
	return d.Write(ctx, func(tx *Tx) error {
		var version int
		if err := get(ctx, tx, &version, "PRAGMA user_version"); err != nil {
			return err
		}
		if err := ours(ctx, tx, version); err != nil {
			return err
		}
		switch {
		case version > newest:
			return newer(version, newest)
		case version == newest:
			return nil
		case version == 0:
			if _, err := tx.ExecContext(ctx, schema); err != nil {
				return err
			}
		default:
			for _, step := range steps[version-1:] {
				if _, err := tx.ExecContext(ctx, step); err != nil {
					return err
				}
			}
			if version < 3 {
				if err := countAnew(ctx, tx); err != nil {
					return err
				}
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", newest))
		return err
	})
}

// ours returns an error unless a file is new or was written by Cardstock, of whatever version: into somebody else's we put no tables.
func ours(ctx context.Context, tx *Tx, version int) error {
	var n struct {
		All  int `db:"tables"`
		Ours int `db:"ours"`
	}
	err := get(ctx, tx, &n, `
		SELECT COUNT(*) AS tables,
		       COUNT(*) FILTER (WHERE name IN ('meta', 'session', 'card')) AS ours
		FROM sqlite_schema
		WHERE type = 'table'`)
	if err != nil || version == 0 && n.All == 0 || version > 0 && n.Ours == 3 {
		return err
	}
	return errors.New("this is the database of another program; name another file with --db")
}

// countAnew is the rest of step 3: placeholders no longer count as answers. Only package card knows them, so it cannot be said in SQL.
func countAnew(ctx context.Context, tx *Tx) error {
	empty, err := placeholders(ctx, tx)
	if err != nil {
		return err
	}
	for _, keys := range empty {
		if err := exec(ctx, tx, "UPDATE field SET answered = 0 WHERE session_id = ? AND card_id = ? AND key = ?", keys...); err != nil {
			return err
		}
	}
	return nil
}

// placeholders returns the keys of fields that count as answered and are not.
func placeholders(ctx context.Context, tx *Tx) (found [][]any, err error) {
	rows, err := tx.QueryContext(ctx, tx.Rebind(`
		SELECT session_id,
		       card_id,
		       key,
		       kind,
		       answer
		FROM field
		WHERE answered = 1 AND octet_length(answer) <= ?`), card.LongestPlaceholder)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() { // one by one: a large file has millions
		var session, id, key string
		var f card.Field
		if err := rows.Scan(&session, &id, &key, &f.Kind, &f.Answer); err != nil {
			return nil, err
		}
		if !f.Answered() {
			found = append(found, []any{session, id, key})
		}
	}
	return found, rows.Err()
}

func newer(version, newest int) error {
	return fmt.Errorf("this file was written by a newer Cardstock (version %d; this one knows %d); run the newer one", version, newest)
}

// meta returns the value of a fact about this file; the first caller's value is kept for ever.
func (d *DB) meta(ctx context.Context, key string, value func() string) (string, error) {
	var kept string
	err := d.Write(ctx, func(tx *Tx) error {
		err := exec(ctx, tx, `
			INSERT INTO meta (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO NOTHING`, key, value())
		if err != nil {
			return err
		}
		return get(ctx, tx, &kept, "SELECT value FROM meta WHERE key = ?", key)
	})
	return kept, err
}
