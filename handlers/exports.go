package handlers

import (
	"context"
	"html/template"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/attach"
	"cardstock/card/format"
	"cardstock/db"
	"cardstock/limit"
)

// export sends the card in another format.
func (a *app) export(c *fiber.Ctx) error {
	f := format.BySuffix("." + param(c, "format"))
	if f == nil || f.Encode == nil {
		return fiber.ErrNotFound
	}
	ctx, k, done, err := a.exporter(c, f.Suffix == ".pdf", f.Rewrite != nil || f.Keeps != nil)
	if err != nil {
		return err
	}
	defer done()
	if !f.Fits(k.Kind) {
		return fiber.ErrNotFound
	}
	if f.Suffix == ".html" || f.Suffix == ".pdf" {
		if err := a.nameDatasheets(c.UserContext(), rows(c), k); err != nil {
			return err
		}
	}
	w, err := a.written(ctx, c, k, f)
	if err != nil {
		return whoLeft(ctx, err)
	}
	return download(c, format.FileName(a.Templates.DisplayName(k), f.Suffix), f.MediaType, w.data)
}

// A card of heavyText bytes takes long to export, up to some seconds and some hundred megabytes; most cards say a fiftieth of it. So does one
// that goes back into a file of heavyFile bytes, which is read several times; and heavyPoints of pictures where they are drawn, in a PDF.
const (
	heavyText   = 256 << 10
	heavyFile   = 64 << 10
	heavyPoints = 4_000_000
	heavyWait   = 20 * time.Second
)

// weight is about how much a card gives an export to do, in bytes of text. A cell takes time also if it is empty.
func weight(k *card.Card) (n int) {
	const cell, attached = 20, 4 // of a table that is an answer; for each byte of one that is attached
	for i := range k.Sections {
		for j := range k.Sections[i].Fields {
			f := &k.Sections[i].Fields[j]
			if n += len(f.Answer); f.Kind == card.Table && n < heavyText {
				rows := f.ParseRows()
				n += cell * len(rows) * len(f.AllColumns(rows))
			}
		}
	}
	for i := range k.Attachments {
		if at := &k.Attachments[i]; !attach.IsPicture(at.MediaType) {
			n += attached * int(at.Size)
		}
	}
	return n
}

// originalSize is how many bytes the largest file has that a card came from.
func originalSize(c *fiber.Ctx, id string) (size int, err error) {
	files, err := rows(c).Originals(c.UserContext(), id)
	for _, f := range files {
		size = max(size, int(f.Size))
	}
	return size, err
}

// exporter reads the card of a request to be exported. It lets one long card be exported at a time, or one that goes back into a long file, so that
// a few visitors cannot take all processors and all memory. Those who wait hold neither card nor file: both are read afterwards. The context ends
// when the visitor goes away, and then makes place for the next. Whoever gets no error calls done in the end.
func (a *app) exporter(c *fiber.Ctx, draws, back bool) (ctx context.Context, k *card.Card, done func(), err error) {
	ctx, done = c.UserContext(), func() {}
	if k, err = lightCard(c, draws, back); err != nil || k != nil {
		return ctx, k, done, err
	}
	if ctx, done, err = a.exportingAlone(c); err != nil {
		return nil, nil, nil, err
	}
	if k, err = rows(c).WholeCard(c.UserContext(), param(c, "id")); err != nil {
		done()
	}
	return ctx, k, done, err
}

// exportingAlone is alone for a request.
func (a *app) exportingAlone(c *fiber.Ctx) (ctx context.Context, done func(), err error) {
	if err := a.spend(c, limit.Archives); err != nil {
		return nil, nil, err
	}
	ctx, stop := whileThere(c.UserContext(), c.Context().Conn())
	leave, err := a.alone(ctx, a.who(c), heavyWait)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return ctx, func() { stop(); leave() }, nil
}

// alone waits for the turn of the one that is exported, at most so long. Whoever gets no error calls leave in the end.
func (a *app) alone(ctx context.Context, who limit.Who, most time.Duration) (leave func(), err error) {
	return take(ctx, a.exporting, who, most, "exports of long cards at once")
}

// lightCard is the card of a request, with the bytes of its pictures, or nil if an export of it takes long: where it draws, and where it goes back
// into a file.
func lightCard(c *fiber.Ctx, draws, back bool) (*card.Card, error) {
	id, size := param(c, "id"), 0
	if back {
		var err error
		if size, err = originalSize(c, id); err != nil {
			return nil, err
		}
	}
	return rows(c).WholeCardIf(c.UserContext(), id, func(k *card.Card) bool {
		return weight(k) < heavyText && size < heavyFile && (!draws || k.Points() < heavyPoints)
	})
}

// whoLeft is the error of an export, or that its visitor left.
func whoLeft(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errLeft
	}
	return err
}

// A writing is a card in a format.
type writing struct {
	data []byte
	as   string // which of several cards in it this is
	note string // what the upload that it came from has besides, and it has not
}

// written is a card in a format, in the upload that it came from if that was in this format.
func (a *app) written(ctx context.Context, c *fiber.Ctx, k *card.Card, f *format.Format) (w writing, err error) {
	if f.Rewrite == nil && f.Keeps == nil {
		w.data, err = f.Write(ctx, a.Templates, k, nil)
		return w, err
	}
	from, original, err := rows(c).OriginalIn(c.UserContext(), k.ID, f.Name)
	if card.CodeOf(err) == card.NotFound && f.KindOf != nil { // its visitor said of which kind it is
		from, original, err = rows(c).OriginalIn(c.UserContext(), k.ID, f.Name+":"+string(k.Kind))
	}
	if card.CodeOf(err) == card.NotFound && f.Parts != nil { // or which of several it is
		from, original, err = rows(c).Original(c.UserContext(), k.ID)
	}
	if card.CodeOf(err) == card.NotFound { // most cards were written here
		w.data, err = f.Write(ctx, a.Templates, k, nil)
		return w, err
	}
	if err != nil {
		return w, err
	}
	if name, _, _ := strings.Cut(from.Format, ":"); name != f.Name {
		w.data, err = f.Write(ctx, a.Templates, k, nil)
	} else if k, err = a.caughtUp(c, k, from, original); err == nil {
		w.as = from.Format
		w.data, err = f.WriteAs(ctx, a.Templates, k, original, from.Format)
	}
	if err == nil {
		w.note = f.LeftBehind(original, w.data)
	}
	return w, err
}

// caughtUp is a card as it goes back into a file that it came from. Of several files nobody could tell which of them an answer is of.
func (a *app) caughtUp(c *fiber.Ctx, k *card.Card, from db.File, original []byte) (*card.Card, error) {
	if from.Reader >= format.Reader {
		return k, nil
	}
	files, err := rows(c).Originals(c.UserContext(), k.ID)
	if err != nil || len(files) > 1 {
		return k, err
	}
	earlier, err := rows(c).EarlierAnswers(c.UserContext(), k.ID)
	if err != nil {
		return nil, err
	}
	return format.CatchUp(a.Templates, k, original, from.Format, earlier), nil
}

// original sends the latest upload of a card as it came or, with ?edits=1, with what has been edited since.
func (a *app) original(c *fiber.Ctx) error {
	if !c.Context().QueryArgs().Has("edits") {
		f, data, err := rows(c).Original(c.UserContext(), param(c, "id"))
		return sendFile(c, f, data, err)
	}
	ctx, k, done, err := a.exporter(c, false, true)
	if err != nil {
		return err
	}
	defer done()
	f, data, err := rows(c).Original(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	if k, err = a.caughtUp(c, k, f, data); err != nil {
		return err
	}
	r, err := format.Back(ctx, a.Templates, k, data, f.Format)
	if err != nil {
		return whoLeft(ctx, err)
	}
	return sendFile(c, f, r.Data, nil)
}

func sendFile(c *fiber.Ctx, f db.File, data []byte, err error) error {
	if err != nil {
		return err
	}
	return download(c, f.Name, fiber.MIMEOctetStream, data)
}

// download sends a file to be saved, not shown; what a visitor wrote into it can neither run nor load anything.
func download(c *fiber.Ctx, name, mediaType string, data []byte) error {
	c.Set("Content-Security-Policy", exportPolicy)
	c.Set(fiber.HeaderContentDisposition, format.Disposition(name))
	c.Set(fiber.HeaderContentType, mediaType)
	return c.Send(data)
}

// previewPage is the card as a reader sees it.
type previewPage struct {
	frame
	Article template.HTML
	Outline *db.Outline
	Before  *predecessorView // the card it is the next version of, if it is one
}

func (a *app) preview(c *fiber.Ctx) error {
	if wantsFragment(c) && c.Context().QueryArgs().Has("section") {
		return a.growing(c, c.Query("section"))
	}
	k, err := rows(c).Card(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	return a.inTurn(c, int64(weight(k)), func(ctx context.Context) error { return a.drawPreview(ctx, c) }) // who waits holds no card
}

func (a *app) drawPreview(ctx context.Context, c *fiber.Ctx) error {
	k, err := rows(c).WholeCard(ctx, param(c, "id")) // with all bytes: its hash is of the whole
	if err != nil {
		return err
	}
	o, err := rows(c).Outline(ctx, a.Templates, k.ID)
	if err != nil {
		return err
	}
	article, err := format.ArticleFrom(ctx, a.Templates, k, a.pictureURL(k.ID))
	if err != nil {
		return err
	}
	p := previewPage{frame: a.frameFor(c, o.Name), Outline: o, Article: article}
	p.frame.Card = head(o)
	if o.Before != nil {
		p.Before = &predecessorView{Predecessor: *o.Before}
	}
	if err := a.changes(c, k, p.Before); err != nil {
		return err
	}
	return a.respond(c, fiber.StatusOK, "preview", "preview-content", p)
}

// pictureURL returns where a page of ours finds the pictures of a card.
func (a *app) pictureURL(id string) func(*card.Attachment) template.URL {
	return func(at *card.Attachment) template.URL { return template.URL(a.url(attachmentPath(id, at.ID))) }
}

// growing sends what the editor shows beside the form: one section as a reader sees it, or with none named the whole card.
func (a *app) growing(c *fiber.Ctx, section string) error {
	k, err := rows(c).ShownCard(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	shorten(k, section)
	if section == "" {
		article, err := format.Growing(a.Templates, k, a.pictureURL(k.ID))
		if err != nil {
			return err
		}
		return c.Render("growing", article)
	}
	piece, err := format.GrowingSection(a.Templates, k, section, a.pictureURL(k.ID))
	if err != nil {
		return err
	}
	if piece == "" {
		return fiber.ErrNotFound
	}
	return c.Render("growing", piece)
}
