package handlers

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
	"cardstock/limit"
)

const (
	maxEntries  = 4 * db.MaxCards // files in an archive that is read: three for each card, and some more
	likeOneCard = 10              // so many cards of an archive count like one new card: people open all they have at once
	maxUnpacked = 4               // times the largest upload, of all files together that are read
)

// isArchive reports whether an upload is a zip archive, by what is in it.
func isArchive(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06"))
}

// unpacked is a card from an archive.
type unpacked struct {
	card     *card.Card
	original *db.Upload
}

// importArchive makes all cards of an archive, or none.
func (a *app) importArchive(c *fiber.Ctx, f *form, data []byte) error {
	cards, size, err := a.unpack(c, data)
	if err != nil {
		return a.orStart(c, f, err)
	}
	err = a.may(a.who(c), limit.Bytes, float64(size))                   // packed they were few
	if more := (len(cards) - 1) / likeOneCard; err == nil && more > 0 { // the first of them are paid for
		err = a.may(a.who(c), limit.Cards, float64(more))
	}
	if err == nil {
		err = createAll(c, cards)
	}
	if err != nil {
		return a.keepText(c, err, f, func(status int, message string) error { return a.startWith(c, status, f.get("text"), message) })
	}
	return a.goTo(c, "/?read="+strconv.Itoa(len(cards)))
}

// createAll stores cards one by one, so that others can save in between. If one cannot be stored none stays, but for those that
// were edited in another tab meanwhile.
func createAll(c *fiber.Ctx, cards []unpacked) error {
	var made []string
	for _, u := range cards {
		id, err := rows(c).CreateCard(c.UserContext(), u.card, u.original)
		if err != nil {
			for _, id := range made {
				err = errors.Join(err, rows(c).TakeBack(c.UserContext(), id))
			}
			return err
		}
		made = append(made, id)
	}
	return nil
}

// unpack reads the cards of an archive, and returns how many bytes that were. What a file says of its own size is not believed: reading stops at the limits.
func (a *app) unpack(c *fiber.Ctx, data []byte) ([]unpacked, int64, error) {
	if bytes.Count(data, []byte("PK\x01\x02")) > maxEntries { // before a list of them takes memory
		return nil, 0, card.Errorf(card.TooLarge, "This archive has more than %d files, which is more than is read at once. Open its .json files one by one.", maxEntries)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, 0, &card.Error{Code: card.Invalid, Message: "This archive is damaged, so nothing was read from it.", Err: err}
	}
	p := unpacker{app: a, c: c, left: maxUnpacked * a.MaxUpload, originals: map[string]*zip.File{}}
	for _, f := range z.File {
		folder, owner := path.Split(path.Dir(f.Name))
		if path.Base(folder) == originalsFolder && !strings.HasSuffix(f.Name, "/") && p.originals[path.Join(folder, "..", owner)] == nil {
			p.originals[path.Join(folder, "..", owner)] = f
		}
	}
	var cards []unpacked
	for _, f := range z.File {
		dir, name := path.Split(f.Name)
		name, ok := strings.CutSuffix(name, ".json")
		if !ok || path.Base(dir) != cardsFolder || strings.HasPrefix(f.Name, "__MACOSX/") {
			continue
		}
		u, err := p.read(f, p.originals[path.Join(dir, "..", name)])
		if err != nil {
			return nil, 0, err
		}
		cards = append(cards, u)
	}
	if len(cards) == 0 {
		return nil, 0, card.Errorf(card.Invalid, "There are no cards in this archive: it has no folder %q with .json files. To open one file of it, take it out of the archive first.", cardsFolder)
	}
	return cards, maxUnpacked*a.MaxUpload - p.left, nil
}

// unpacker reads the files of an archive within limits.
type unpacker struct {
	app       *app
	c         *fiber.Ctx
	left      int64                // bytes that may still be read
	originals map[string]*zip.File // by where they lie and the name of their card
}

func (p *unpacker) read(f, original *zip.File) (u unpacked, err error) {
	data, err := p.bytes(f)
	if err != nil {
		return u, err
	}
	_, result, err := p.app.decode(p.c, &db.Upload{Bytes: data})
	if err != nil {
		return u, notRead(f, err)
	}
	u.card = result.Card
	if original == nil {
		return u, nil
	}
	if data, err = p.bytes(original); err != nil {
		return u, err
	}
	_, result, err = p.app.decode(p.c, &db.Upload{Bytes: data})
	if err != nil {
		return u, notRead(original, err)
	}
	// What the card lacks of its file counts as deleted, by whatever reader it was made: an archive has no history that would tell.
	u.original = &db.Upload{Name: uploadName(original.Name), Format: result.Format.Name, Reader: format.Reader, Bytes: data}
	return u, nil
}

// bytes returns one file unpacked. One that unpacks to more than it should is left where it is.
func (p *unpacker) bytes(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, notRead(f, err)
	}
	defer r.Close()
	most := min(p.left, p.app.MaxUpload)
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if int64(len(data)) > most {
		return nil, card.Errorf(card.TooLarge, "This archive unpacks to more than is read at once (%s for one file, %s for all), so nothing was read from it. Open its .json files one by one.",
			size(p.app.MaxUpload), size(maxUnpacked*p.app.MaxUpload))
	}
	if err != nil {
		return nil, notRead(f, err)
	}
	p.left -= int64(len(data))
	return data, nil
}

func notRead(f *zip.File, err error) error {
	if many := (*tooMany)(nil); errors.As(err, &many) || errors.Is(err, errLeft) {
		return err
	}
	return &card.Error{Code: card.Invalid, Message: "A file in this archive cannot be read, so nothing was taken from it: " + shortName(f.Name) + ".", Err: err}
}

// shortName is a file's name as one short line for a page.
func shortName(name string) string {
	name = strings.ToValidUTF8(name, "?")
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100]) + "…"
	}
	return strconv.Quote(name)
}
