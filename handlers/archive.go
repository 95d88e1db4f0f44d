package handlers

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"net/netip"
	"path"
	"strings"
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
	conn := c.Context().Conn()
	ctx, stop := whileThere(context.WithoutCancel(c.UserContext()), conn)
	x := &archive{app: a, rows: rows(c), to: a.address(c.Context()), cards: cards, taken: map[string]bool{}}
	c.Context().SetBodyStream(&madeStream{write: x.write, ctx: ctx, stop: stop, conn: conn, log: a.Log}, -1)
	return nil
}

// archive is all cards of a visitor on their way to them.
type archive struct {
	*app
	rows  *db.Scope
	to    netip.Addr // whose part of the memory for replies the files take
	cards []db.Summary
	taken map[string]bool // names of files, in small letters
}

// write writes the cards one after another. What one needs is read before any of it is written: a slow client holds
// no reader, and no place among those who export.
func (x *archive) write(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	var contents strings.Builder
	for _, summary := range x.cards {
		files, err := x.files(ctx, summary)
		if card.CodeOf(err) == card.NotFound { // deleted meanwhile, in a session that is still there
			continue
		}
		if err != nil {
			return err
		}
		if err := x.send(ctx, z, files, summary.ChangedAt); err != nil {
			return err
		}
		for _, f := range files {
			fmt.Fprintf(&contents, "%s\n", f.name)
		}
	}
	text := fmt.Sprintf(readmeText, size(x.MaxUpload), contents.String())
	readme := zipped{"README.txt", []byte(strings.ReplaceAll(text, "\n", "\r\n"))}
	if err := readme.into(z, x.DB.Now()); err != nil {
		return err
	}
	return z.Close()
}

// send writes the files of one card. Until the visitor has them they count like a large reply.
func (x *archive) send(ctx context.Context, z *zip.Writer, files []zipped, changed time.Time) error {
	size := 0
	for _, f := range files {
		size += len(f.data)
	}
	done, err := x.roomFor(ctx, x.to, size)
	if err != nil {
		return err
	}
	defer done()
	for _, f := range files {
		if err := f.into(z, changed); err != nil {
			return err
		}
	}
	return nil
}

const readmeText = `Your cards from Cardstock

cards/NAME.json       a card with everything in it. Cardstock reads it again, and nothing is lost.
cards/NAME.html       the same card, to read and print in any browser.
originals/NAME/FILE   the file that the card was made from, as you uploaded it.

To go on working, open Cardstock and choose this archive, or one of the .json files in it, under "Open
a card you have". An archive of more than %s is too large for that: open its .json files one by one instead.

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

// read reads a card. A long one it leaves, nil, to who has the place of those who export.
func (x *archive) read(ctx context.Context, id string, alone bool) (*card.Card, error) {
	return x.rows.WholeCardIf(ctx, id, func(k *card.Card) bool { return alone || weight(k) < heavyText })
}

// files reads a card and makes its files, a long card when no other is exported. An archive waits longer for that than an export, which can be
// told to come again; then it breaks off.
func (x *archive) files(ctx context.Context, summary db.Summary) ([]zipped, error) {
	k, err := x.read(ctx, summary.ID, false)
	if err == nil && k == nil {
		done, err := x.alone(ctx, limit.Who{Session: x.rows.Session(), Address: x.to}, 2*heavyWait)
		if err != nil {
			return nil, err
		}
		defer done()
		if k, err = x.read(ctx, summary.ID, true); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	if err := x.nameDatasheets(ctx, x.rows, k); err != nil {
		return nil, err
	}
	name := unique(format.FileName(x.Templates.DisplayName(k), ""), x.taken)
	var files []zipped
	for _, suffix := range []string{".json", ".html"} {
		data, err := format.BySuffix(suffix).Encode(x.Templates, k)
		if err != nil {
			return nil, err
		}
		files = append(files, zipped{path.Join(cardsFolder, name+suffix), data})
	}
	f, data, err := x.rows.Original(ctx, k.ID)
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
