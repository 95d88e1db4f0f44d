package handlers

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
	"cardstock/limit"
)

// The folders of an archive of all cards. A card's originals are in a folder that is called as its file in cards is.
const (
	cardsFolder     = "cards"
	originalsFolder = "originals"
)

// takeAlong sends everything that is kept of the visitor's: each card as lossless JSON and as a page to read, and the upload it was made from. It
// is made while it is sent, so that it takes the memory of one card, however many there are.
func (a *app) takeAlong(c *fiber.Ctx) error {
	cards, err := rows(c).Cards(c.UserContext(), a.Templates)
	if err != nil {
		return err
	}
	if len(cards) == 0 {
		return card.Errorf(card.NotFound, "There is nothing to take along: you have no cards.")
	}
	if err := a.spend(c, limit.Archives); err != nil {
		return err
	}
	c.Set("Content-Security-Policy", exportPolicy)
	c.Set(fiber.HeaderContentDisposition, format.Disposition("cardstock-"+a.DB.Now().UTC().Format(time.DateOnly)+".zip"))
	c.Set(fiber.HeaderContentType, "application/zip")
	if c.Method() == fiber.MethodHead {
		return nil
	}
	scope, ctx := rows(c), context.WithoutCancel(c.UserContext())
	c.Context().SetBodyStream(&madeStream{write: func(w io.Writer) error { return a.writeArchive(ctx, w, scope, cards) }, log: a.Log}, -1)
	return nil
}

// madeStream is a body that is written while it is read. If writing fails the connection is cut, so that the browser knows the file is
// not whole.
type madeStream struct {
	write func(w io.Writer) error
	log   *slog.Logger
	once  sync.Once
	r     *io.PipeReader
}

// Read returns what has been written, and begins the writing.
func (s *madeStream) Read(p []byte) (int, error) {
	s.once.Do(func() {
		r, w := io.Pipe()
		s.r = r
		go func() {
			err := fmt.Errorf("it panicked")
			defer func() {
				if cause := recover(); cause != nil {
					err = fmt.Errorf("panic: %v", cause)
				}
				if err != nil && err != io.ErrClosedPipe {
					s.log.Error("an archive broke off while it was sent", "error", err)
				}
				w.CloseWithError(err)
			}()
			err = s.write(w)
		}()
	})
	return s.r.Read(p)
}

// Close ends the writing, too: the browser has gone.
func (s *madeStream) Close() error {
	s.once.Do(func() { s.r, _ = io.Pipe() })
	return s.r.Close()
}

// writeArchive writes the cards one after another. What one needs is read before any of it is written: a slow client holds no reader.
func (a *app) writeArchive(ctx context.Context, w io.Writer, s *db.Scope, cards []db.Summary) error {
	z := zip.NewWriter(w)
	taken := map[string]bool{}
	var contents strings.Builder
	for _, summary := range cards {
		files, err := a.archived(ctx, s, summary, taken)
		if card.CodeOf(err) == card.NotFound { // deleted meanwhile
			continue
		}
		if err != nil {
			return err
		}
		for _, f := range files {
			fmt.Fprintf(&contents, "%s\n", f.name)
			if err := f.into(z, summary.ChangedAt); err != nil {
				return err
			}
		}
	}
	readme := zipped{"README.txt", []byte(strings.ReplaceAll(fmt.Sprintf(readmeText, size(a.MaxUpload), contents.String()), "\n", "\r\n"))}
	if err := readme.into(z, a.DB.Now()); err != nil {
		return err
	}
	return z.Close()
}

const readmeText = `Your cards from Cardstock

cards/NAME.json       a card with everything in it. Cardstock reads it again, and nothing is lost.
cards/NAME.html       the same card, to read and print in any browser.
originals/NAME/FILE   the file that the card was made from, as you uploaded it.

To go on working, open Cardstock and choose this archive, or one of the .json files in it, under "Open
a card you have". An archive of more than %s is too large for that: open its .json files instead.

Not in here: earlier versions of answers, which card is the next version of which, and, but
for its name in the page, which datasheet a card uses.

The files:
%s`

// zipped is one file of an archive.
type zipped struct {
	name string
	data []byte
}

func (f *zipped) into(z *zip.Writer, changed time.Time) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: changed.UTC()})
	if err == nil {
		_, err = w.Write(f.data)
	}
	return err
}

// archived reads a card and makes its files.
func (a *app) archived(ctx context.Context, s *db.Scope, summary db.Summary, taken map[string]bool) ([]zipped, error) {
	k, err := s.WholeCard(ctx, summary.ID)
	if err != nil {
		return nil, err
	}
	if err := a.nameDatasheets(ctx, s, k); err != nil {
		return nil, err
	}
	name := unique(format.FileName(a.Templates.DisplayName(k), ""), taken)
	var files []zipped
	for _, suffix := range []string{".json", ".html"} {
		data, err := format.BySuffix(suffix).Encode(a.Templates, k)
		if err != nil {
			return nil, err
		}
		files = append(files, zipped{path.Join(cardsFolder, name+suffix), data})
	}
	f, data, err := s.Original(ctx, k.ID)
	switch {
	case card.CodeOf(err) == card.NotFound: // it was made here
	case err != nil:
		return nil, err
	default:
		files = append(files, zipped{path.Join(originalsFolder, name, fileName(f.Name)), data})
	}
	return files, nil
}

// fileName is the name of an upload as a file system takes it, with its ending.
func fileName(name string) string {
	end := path.Ext(name)
	if len(end) < 2 {
		return format.FileName(name, "")
	}
	return format.FileName(strings.TrimSuffix(name, end), "."+format.FileName(end[1:], ""))
}

// unique returns a name that no card before had, also where a file system does not tell small letters from capitals.
func unique(name string, taken map[string]bool) string {
	one := name
	for n := 2; taken[strings.ToLower(one)]; n++ {
		one = fmt.Sprintf("%s (%d)", name, n)
	}
	taken[strings.ToLower(one)] = true
	return one
}
