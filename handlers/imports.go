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

// review is what an upload would do to the open card.
type review struct {
	File          db.File
	Label         string          // what it was read as
	As            string          // the name of the choice by which it was
	Choices       []format.Choice // the others
	Kind          card.Kind       // of the card that the file makes
	Fill, Replace card.Merged
	Problem       string // why it cannot go into this card
	NoFill        bool   // that would change nothing
	NoReplace     bool
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

// review tries both modes on copies of the open card.
func (a *app) review(c *fiber.Ctx, id, file string) (*review, error) {
	f, _, result, err := a.stored(c, id, file, c.Query("as"))
	if err != nil {
		return nil, err
	}
	open, err := rows(c).Card(c.UserContext(), id)
	if err != nil {
		return nil, err
	}
	r := &review{File: f, As: result.As, Choices: others(result), Kind: result.Card.Kind}
	for _, choice := range result.Choices {
		if choice.Name == r.As {
			r.Label = choice.Label
		}
	}
	if r.Fill, err = open.Clone().Merge(result.Card, card.Fill); err != nil {
		r.Problem = err.Error()
		return r, nil
	}
	r.Replace, err = open.Clone().Merge(result.Card, card.Replace)
	r.NoFill, r.NoReplace = nothing(r.Fill), nothing(r.Replace)
	return r, err
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

// notice says what became of an upload, once, on the page that follows it.
type notice struct {
	*format.Result
	FileName string
	Again    string // address where it can be read as something else; "" if it is nothing else
	Others   []link // the other cards in it, by name
	More     bool   // there are more of them than are named
	LeftOut  int    // answers of it that are not in the card, because another one is there
}

// lastImport reads the card's latest upload again to say what was found in it, and what of it is in the card. It says nothing if the visitor looks
// too often: the card is there all the same.
func (a *app) lastImport(c *fiber.Ctx, id string) (*notice, error) {
	all, err := rows(c).Originals(c.UserContext(), id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if a.spend(c, limit.Readings) != nil {
		return nil, nil
	}
	f := all[0]
	var result *format.Result
	err = a.storedInTurn(c, id, f.ID, func(_ db.File, data []byte) (err error) {
		if result, err = format.ReadAs(a.Templates, data, f.Format); err != nil { // an earlier version may have called it something else
			result, err = format.ReadAs(a.Templates, data, "")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	k, err := rows(c).Card(c.UserContext(), id)
	if err != nil {
		return nil, err
	}
	left, err := k.Merge(result.Card, card.Fill)
	n := &notice{Result: result, FileName: f.Name, LeftOut: left.Kept}
	n.readAgain(id, f.ID)
	return n, err
}
