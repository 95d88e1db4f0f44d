package db

import (
	"context"
	"math"
	"time"

	"cardstock/card"
)

// Upload is a file a visitor sent.
type Upload struct {
	Name   string // as the browser named it; shown and offered for download, never used as a path
	Format string // what it was read as
	Reader int    // format.Reader, of the one that read it
	From   string // id of the file of the card that was read once more, whose place it takes; "" for one that just came
	Bytes  []byte
}

// File is a stored upload without its bytes.
type File struct {
	ID        string
	Name      string
	Format    string
	Reader    int // format.Reader, of the one that read it
	Size      int64
	CreatedAt time.Time
	Held      bool // until its visitor has said what to do with it
}

// chunkSize is the most bytes in one row: large enough to be fast, small enough that erasing can pause between rows.
const chunkSize = 256 << 10

const (
	roleOriginal = "original" // the upload a card was made from, or that was taken into it
	rolePending  = "pending"  // shown to the visitor, who has not yet said what to do with it
)

// ModelFile is the format of a held upload that is no card, but what was read from a model file.
const ModelFile = "model-file"

// putFile stores a file in chunks and returns its id.
func (s *Scope) putFile(ctx context.Context, tx *Tx, id, role string, u *Upload) (string, error) {
	room, err := s.room(ctx, tx)
	if err != nil {
		return "", err
	}
	if _, err := s.fits(room, u.bytes(), 0); err != nil {
		return "", err
	}
	file := NewID()
	err = exec(ctx, tx, `
		INSERT INTO file (session_id, card_id, id, role, name, format, size, created_at, reader)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.session, id, file, role, u.Name, u.Format, len(u.Bytes), s.db.Now().UnixMilli(), u.Reader)
	if err != nil {
		return "", err
	}
	for n, rest := 0, u.Bytes; len(rest) > 0; n++ {
		size := min(len(rest), chunkSize)
		err := exec(ctx, tx, `
			INSERT INTO chunk (session_id, card_id, file_id, n, bytes)
			VALUES (?, ?, ?, ?, ?)`, s.session, id, file, n, rest[:size])
		if err != nil {
			return "", err
		}
		rest = rest[size:]
	}
	return file, s.grow(ctx, tx, id, u.bytes())
}

// HoldUpload keeps an upload for an open card until the visitor has said what to do with it, and
// returns its id. It takes the place of one held before; a card and what was read from a model file are held beside each other.
func (s *Scope) HoldUpload(ctx context.Context, id string, u *Upload) (string, error) {
	var file string
	err := s.write(ctx, func(tx *Tx) (err error) {
		if _, err = s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		if err = s.dropPending(ctx, tx, id, u.Format == ModelFile); err != nil {
			return err
		}
		file, err = s.putFile(ctx, tx, id, rolePending, u)
		return err
	})
	if err == nil {
		s.db.stats.uploaded(u)
	}
	return file, err
}

// Import changes a card as Edit does and, in the same transaction, keeps the upload the change comes from.
func (s *Scope) Import(ctx context.Context, id string, u *Upload, fn func(c *card.Card) error) error {
	err := s.write(ctx, func(tx *Tx) error {
		if err := s.edit(ctx, tx, id, fn); err != nil {
			return err
		}
		if err := s.dropPending(ctx, tx, id, false); err != nil {
			return err
		}
		if u.From != "" {
			if _, err := s.dropFiles(ctx, tx, id, "id = ?", u.From); err != nil {
				return err
			}
		}
		_, err := s.putFile(ctx, tx, id, roleOriginal, u)
		return err
	})
	if err == nil {
		s.db.stats.uploaded(u)
	}
	return err
}

// settle says of the files of a card that what the card lacks of them is meant to be gone, whatever reader has read them: its history does not tell
// any more what was there.
func (s *Scope) settle(ctx context.Context, tx *Tx, id string) error {
	return exec(ctx, tx, `
		UPDATE file
		SET reader = ?
		WHERE session_id = ? AND card_id = ?`, math.MaxInt32, s.session, id)
}

// dropPending drops the card that is held, or what was read from a model file.
func (s *Scope) dropPending(ctx context.Context, tx *Tx, id string, model bool) error {
	which := "role = 'pending' AND format <> ?"
	if model {
		which = "role = 'pending' AND format = ?"
	}
	_, err := s.dropFiles(ctx, tx, id, which, ModelFile)
	return err
}

// dropFiles deletes files of a card and returns how many there were.
func (s *Scope) dropFiles(ctx context.Context, tx *Tx, id, which string, value any) (int, error) {
	var sizes []int64
	err := list(ctx, tx, &sizes, `
		DELETE FROM file
		WHERE session_id = ? AND card_id = ? AND `+which+`
		RETURNING octet_length(name) + size`, s.session, id, value)
	if err != nil {
		return 0, err
	}
	var freed int64
	for _, n := range sizes {
		freed += rowBytes + n
	}
	return len(sizes), s.grow(ctx, tx, id, -freed)
}

// DeleteFile erases one file of a card.
func (s *Scope) DeleteFile(ctx context.Context, id, file string) error {
	return s.remove(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		n, err := s.dropFiles(ctx, tx, id, "id = ?", file)
		if err == nil && n == 0 {
			err = card.Errorf(card.NotFound, "There is no such file here.")
		}
		return err
	})
}

// Originals lists the uploads a card was made from, the latest first.
func (s *Scope) Originals(ctx context.Context, id string) ([]File, error) {
	var rows []fileRow
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &rows, selectFile+" AND role = ? ORDER BY created_at DESC, id", s.session, id, roleOriginal)
	})
	files := make([]File, len(rows))
	for i, r := range rows {
		files[i] = r.file()
	}
	return files, err
}

// Original returns the latest upload of a card with its bytes as they came.
func (s *Scope) Original(ctx context.Context, id string) (File, []byte, error) {
	return s.readFile(ctx, "upload", id, selectFile+" AND role = ? ORDER BY created_at DESC, id LIMIT 1", s.session, id, roleOriginal)
}

// OriginalIn returns the latest upload of a card that is in a format, with its bytes as they came.
func (s *Scope) OriginalIn(ctx context.Context, id, format string) (File, []byte, error) {
	return s.readFile(ctx, "upload", id, selectFile+" AND role = ? AND format = ? ORDER BY created_at DESC, id LIMIT 1", s.session, id, roleOriginal, format)
}

// ReadFile returns one file of a card, an original or a held upload, with its bytes.
func (s *Scope) ReadFile(ctx context.Context, id, file string) (File, []byte, error) {
	return s.readFile(ctx, "file", id, selectFile+" AND id = ?", s.session, id, file)
}

// FileInfo returns what ReadFile does, but not the bytes.
func (s *Scope) FileInfo(ctx context.Context, id, file string) (File, error) {
	var rows []fileRow
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		return list(ctx, tx, &rows, selectFile+" AND id = ?", s.session, id, file)
	})
	if err == nil && len(rows) == 0 {
		err = card.Errorf(card.NotFound, "There is no such file here.")
	}
	if err != nil {
		return File{}, err
	}
	return rows[0].file(), nil
}

func (s *Scope) readFile(ctx context.Context, what, id, query string, args ...any) (File, []byte, error) {
	var rows []fileRow
	var data []byte
	err := s.read(ctx, func(tx *Tx) error {
		if _, err := s.cardRow(ctx, tx, id); err != nil {
			return err
		}
		if err := list(ctx, tx, &rows, query, args...); err != nil {
			return err
		}
		if len(rows) == 0 {
			return card.Errorf(card.NotFound, "There is no such %s here.", what)
		}
		var chunks [][]byte
		err := list(ctx, tx, &chunks, `
			SELECT bytes
			FROM chunk
			WHERE session_id = ? AND card_id = ? AND file_id = ?
			ORDER BY n`, s.session, id, rows[0].ID)
		data = make([]byte, 0, rows[0].Size)
		for _, c := range chunks {
			data = append(data, c...)
		}
		return err
	})
	if err != nil {
		return File{}, nil, err
	}
	return rows[0].file(), data, nil
}

type fileRow struct {
	ID        string `db:"id"`
	Name      string `db:"name"`
	Format    string `db:"format"`
	Size      int64  `db:"size"`
	CreatedAt int64  `db:"created_at"`
	Role      string `db:"role"`
	Reader    int    `db:"reader"`
}

func (r fileRow) file() File {
	return File{r.ID, r.Name, r.Format, r.Reader, r.Size, time.UnixMilli(r.CreatedAt), r.Role == rolePending}
}

const selectFile = `
	SELECT id,
	       name,
	       format,
	       size,
	       created_at,
	       role,
	       reader
	FROM file
	WHERE session_id = ? AND card_id = ?`
