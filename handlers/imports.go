package handlers

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
	"cardstock/limit"
)

// importPage asks for a file to take into an open card, and then shows what it would do.
type importPage struct {
	frame
	CardID    string
	Files     []db.File // the uploads the card was made from
	Formats   []*format.Format
	MaxUpload int64
	Text      string // a pasted card that was not taken in stays in its box
	Problem   string
	Review    *review
}

// importCard makes a new card from an upload, or all cards of an archive. A refused one leaves what was pasted in its box.
func (a *app) importCard(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err == nil && f.has("held") {
		return a.importHeld(c, f)
	}
	if err == nil {
		err = a.spend(c, limit.Uploads, limit.Cards)
	}
	if err != nil {
		if !besideForm(c, err) {
			return err
		}
		retryAfter(c, err)
		status, message := explain(err, a.MaxUpload)
		return a.startWith(c, status, f.get("text"), message)
	}
	upload, err := a.receive(f)
	if err == nil && isArchive(upload.Bytes) {
		return a.importArchive(c, f, upload.Bytes)
	}
	var result *format.Result
	if err == nil {
		upload, result, err = a.decode(c, upload)
	}
	if err != nil {
		return a.orStart(c, f, err)
	}
	id, err := rows(c).CreateCard(c.UserContext(), result.Card, upload)
	if err != nil {
		return a.keepText(c, err, f, func(status int, message string) error { return a.startWith(c, status, f.get("text"), message) })
	}
	return a.goTo(c, "/cards/"+id+"?imported=1")
}

// besideForm reports whether it is said beside its form why an upload was refused: with scripts that is so when the file is at fault. What
// else there is a toast says, over the page that is still there.
func besideForm(c *fiber.Ctx, err error) bool {
	return !wantsFragment(c) || card.CodeOf(err) == card.Invalid
}

// orStart shows the start page again with why an upload was refused; any other error is returned.
func (a *app) orStart(c *fiber.Ctx, f *form, err error) error {
	var refused *card.Error
	if errors.As(err, &refused) && besideForm(c, err) {
		return a.startWith(c, statuses[refused.Code], f.get("text"), f.about(refused.Message))
	}
	return err
}

// readUpload takes the file or the pasted text of a form and decodes it.
func (a *app) readUpload(c *fiber.Ctx, f *form) (*db.Upload, *format.Result, error) {
	u, err := a.receive(f)
	if err != nil {
		return nil, nil, err
	}
	if isArchive(u.Bytes) {
		return nil, nil, card.Errorf(card.Invalid, "This is an archive, which may hold many cards. Open it on the start page, or take one card’s file out of it.")
	}
	return a.decode(c, u)
}

// receive takes the file or the pasted text of a form.
func (a *app) receive(f *form) (*db.Upload, error) {
	if err := f.either(); err != nil {
		return nil, err
	}
	u := &db.Upload{Name: "pasted.txt", Bytes: []byte(f.get("text"))}
	if f.file != nil {
		if f.file.Size > a.MaxUpload {
			return nil, tooLarge(a.MaxUpload)
		}
		file, err := f.file.Open()
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if u.Bytes, err = io.ReadAll(file); err != nil {
			return nil, err
		}
		u.Name = uploadName(f.file.Filename)
	} else if f.get("text") == "" {
		return nil, card.Errorf(card.Invalid, "Choose a file, or paste the text of a card.")
	}
	if int64(len(u.Bytes)) > a.MaxUpload {
		return nil, tooLarge(a.MaxUpload)
	}
	return u, nil
}

// either puts the file of a form aside if it says that its text is meant, and else refuses one that has both: one of them would be lost.
func (f *form) either() error {
	if f.get("use") == "text" {
		f.file = nil
	}
	if f.file != nil && strings.TrimSpace(f.get("text")) != "" {
		return card.Errorf(card.Invalid, "A file is chosen, and a text is pasted. Send the one first and then the other: empty the box, or choose no file.")
	}
	return nil
}

// about names the file that a message speaks of.
func (f *form) about(message string) string {
	if f == nil || f.file == nil {
		return message
	}
	return "“" + uploadName(f.file.Filename) + "”: " + message
}

// decode reads an upload that just came.
func (a *app) decode(c *fiber.Ctx, u *db.Upload) (*db.Upload, *format.Result, error) {
	var result *format.Result
	err := a.inTurn(c, int64(len(u.Bytes)), func(context.Context) (err error) {
		result, err = format.Read(a.Templates, u.Bytes)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	u.Format, u.Reader = result.As, format.Reader
	return u, result, nil
}

// stored reads a file of a card once more, as its visitor says or, with as "", as what it is.
func (a *app) stored(c *fiber.Ctx, id, file, as string) (db.File, *db.Upload, *format.Result, error) {
	var f db.File
	var u *db.Upload
	var result *format.Result
	err := a.storedInTurn(c, id, file, func(is db.File, data []byte) (err error) {
		if f = is; f.Format == db.ModelFile {
			return card.Errorf(card.NotFound, "There is no such file here.")
		}
		if err := a.spend(c, limit.Readings); err != nil {
			return err
		}
		if result, err = format.ReadAs(a.Templates, data, as); err == nil {
			u = &db.Upload{Name: f.Name, Format: result.As, Reader: format.Reader, From: f.ID, Bytes: data}
		}
		return err
	})
	return f, u, result, err
}

// deleteUpload erases an upload, or what was read from a model file, and leads back to where it was sent.
func (a *app) deleteUpload(c *fiber.Ctx, id, file string) error {
	f, err := rows(c).FileInfo(c.UserContext(), id, file)
	if err == nil {
		err = rows(c).DeleteFile(c.UserContext(), id, file)
	}
	if err != nil {
		return err
	}
	if f.Format == db.ModelFile {
		return a.goTo(c, "/cards/"+id+"/artefact?done=facts")
	}
	return a.goTo(c, "/cards/"+id+"/import?done=file")
}

// uploadName keeps the last part of a file name, as one line: some browsers send a path.
func uploadName(name string) string {
	name, err := card.CleanLine(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if r := []rune(name); len(r) > 200 {
		name = string(r[:200])
	}
	if err != nil || name == "" || name == "." || name == "/" {
		return "upload"
	}
	return name
}

// showImport asks for an upload into the open card or, with ?file=, shows what the one that is held would do.
func (a *app) showImport(c *fiber.Ctx) error {
	return a.importWith(c, fiber.StatusOK, c.Query("file"), "", "")
}

func (a *app) importWith(c *fiber.Ctx, status int, file, text, problem string) error {
	id := param(c, "id")
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	p := importPage{frame: a.frameFor(c, "Import – "+o.Name), CardID: id, Formats: format.All(), MaxUpload: a.MaxUpload, Text: text, Problem: problem}
	p.frame.Card = head(o)
	if p.Files, err = rows(c).Originals(c.UserContext(), id); err != nil {
		return err
	}
	if file != "" {
		if p.Review, err = a.review(c, id, file); err != nil {
			return err
		}
	}
	return a.respond(c, status, "import", "import-content", p)
}

// importInto takes an upload into the open card. Without a mode nothing changes yet: the upload is held, and
// the next page shows what each mode would do.
func (a *app) importInto(c *fiber.Ctx) error {
	id := param(c, "id")
	f, err := readForm(c)
	if err == nil && !f.has("held") {
		err = a.spend(c, limit.Uploads)
	}
	if err != nil {
		if !besideForm(c, err) {
			return err
		}
		retryAfter(c, err)
		status, message := explain(err, a.MaxUpload)
		return a.importWith(c, status, "", f.get("text"), message)
	}
	mode := card.Mode(f.get("mode"))
	if mode != "" && mode != card.Fill && mode != card.Replace {
		return card.Errorf(card.Invalid, "An import either fills what is empty (mode=fill) or replaces all (mode=replace).")
	}
	upload, result, err := a.uploadFor(c, id, f)
	var refused *card.Error
	if errors.As(err, &refused) && refused.Code != card.NotFound && besideForm(c, err) {
		return a.importWith(c, statuses[refused.Code], "", f.get("text"), f.about(refused.Message))
	}
	if err != nil {
		return err
	}
	if mode == "" {
		held, err := rows(c).HoldUpload(c.UserContext(), id, upload)
		if err != nil {
			return a.keepText(c, err, f, func(status int, message string) error { return a.importWith(c, status, "", f.get("text"), message) })
		}
		return a.goTo(c, "/cards/"+id+"/import?file="+held)
	}
	err = rows(c).Import(c.UserContext(), id, upload, func(k *card.Card) error {
		merged, err := k.Merge(result.Card, mode)
		if err == nil && mode == card.Fill && merged.Attached > 0 {
			err = k.CheckAttached(a.mostAttached())
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.goTo(c, "/cards/"+id+"?imported=1")
}

// uploadFor returns the upload that the form names as held, or the one it carries.
func (a *app) uploadFor(c *fiber.Ctx, id string, f *form) (*db.Upload, *format.Result, error) {
	if !f.has("held") {
		return a.readUpload(c, f)
	}
	_, upload, result, err := a.stored(c, id, f.get("held"), f.get("as"))
	return upload, result, err
}
