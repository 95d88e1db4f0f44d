package handlers

import (
	"cmp"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/attach"
	"cardstock/card/format"
	"cardstock/limit"
)

// attachmentPolicy is for a picture that is opened by itself: nothing in it runs or loads.
const attachmentPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'"

// attachForm is a file that was to be added, or to take another's place, and was refused.
type attachForm struct {
	Replaces     string // id of the attachment whose place it was to take, "" for none
	Caption, Alt string
	Text         string // a pasted table
	Problem      string
}

// attachmentView is a picture or a table below the questions of its section.
type attachmentView struct {
	card.Attachment
	Path          string // of the attachment, as url takes it
	Before, After *string
	Table         *attach.Table
	Shown         int // rows of the table
	Refused       *attachForm
}

// attachedView are the pictures and tables of a section: part of its page, and a fragment.
type attachedView struct {
	CardID, Section string
	Files           []attachmentView
	Refused         *attachForm
	Most            int64 // bytes one file, and all of a card together, may have
}

// rowsShown is how many rows of a table the editor shows, as long as that are no more cells of all tables than shownCells.
const (
	rowsShown  = 20
	shownCells = pageCells / 2
)

// First are the rows of its table that are shown.
func (v attachmentView) First() [][]string { return v.Table.First(v.Shown) }

// mostAttached is how many bytes the pictures and tables of one card may have together: in base64 they take a third more, and an
// export must not be larger than an upload may be.
func (a *app) mostAttached() int64 { return a.MaxUpload / 5 * 3 }

// attachedView returns the attachments of a section, with the form of the one that was refused.
func (a *app) attachedView(c *fiber.Ctx, id, section string, refused *attachForm) (attachedView, error) {
	v := attachedView{CardID: id, Section: section, Refused: refused, Most: min(a.MaxUpload, a.mostAttached())}
	all, err := rows(c).Attachments(c.UserContext(), id, section)
	if err != nil {
		return v, err
	}
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	left := shownCells
	for i := range all {
		at := attachmentView{Attachment: all[i], Path: attachmentPath(id, all[i].ID)}
		at.Before, at.After = places(ids, i)
		if refused != nil && refused.Replaces == at.ID {
			at.Refused = refused
		}
		if !attach.IsPicture(at.MediaType) {
			if at.Table, err = attach.ReadTable(at.Bytes); err != nil {
				return v, err
			}
			columns := len(at.Table.Columns)
			at.Shown = min(rowsShown, max(0, left/columns))
			left -= (at.Shown + 1) * columns
		}
		v.Files = append(v.Files, at)
	}
	return v, nil
}

func attachmentPath(id, file string) string { return "/cards/" + id + "/files/" + file }

// attach adds a picture or a table to a section, or puts it in the place of another. A refused one leaves what was typed in its form.
func (a *app) attach(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err == nil {
		err = a.spend(c, limit.Uploads)
	}
	if err != nil {
		return err
	}
	id, section, replaces := param(c, "id"), f.get("section"), f.get("replaces")
	if replaces != "" {
		return a.exchange(c, f, id, replaces)
	}
	if _, _, err := rows(c).Page(c.UserContext(), a.Templates, id, sectionOr(section)); err != nil {
		return err
	}
	file, err := a.attachment(c, f, f.get("caption"), f.get("alt"))
	if err == nil {
		file.Section = section
		err = rows(c).Edit(c.UserContext(), id, func(k *card.Card) error { return k.Attach(file, a.mostAttached()) })
	}
	return a.attached(c, id, section, f, err)
}

// sectionOr is a key that no section has where none was given: the first section is not meant.
func sectionOr(key string) string {
	if key == "" {
		return "-"
	}
	return key
}

// exchange puts the file of a form in the place of an attachment. Words that the form does not have stay.
func (a *app) exchange(c *fiber.Ctx, f *form, id, replaces string) error {
	old, err := rows(c).Attachment(c.UserContext(), id, replaces)
	if err != nil {
		return err
	}
	caption, alt := old.Caption, old.Alt
	if f.has("caption") {
		caption = f.get("caption")
	}
	if f.has("alt") {
		alt = f.get("alt")
	}
	file, err := a.attachment(c, f, caption, alt)
	if err == nil {
		err = rows(c).Edit(c.UserContext(), id, func(k *card.Card) error { return k.Exchange(replaces, file, a.mostAttached()) })
	}
	return a.attached(c, id, old.Section, f, err)
}

// attached answers a file that was sent: with the attachments of its section, and where it was refused with why, and what was typed.
func (a *app) attached(c *fiber.Ctx, id, section string, f *form, err error) error {
	if err == nil {
		return a.showAttached(c, id, section)
	}
	status, message := explain(err, a.MaxUpload)
	code := card.CodeOf(err)
	refused := &attachForm{f.get("replaces"), f.get("caption"), f.get("alt"), f.get("text"), f.about(message)}
	if code != card.Invalid && (wantsFragment(c) || code != card.TooLarge && code != card.OverQuota) { // with scripts the form is still there
		return a.keep(c, err, place{card: id, section: section, attach: refused})
	}
	if !wantsFragment(c) {
		return a.editor(c, status, place{card: id, section: section, attach: refused})
	}
	v, err := a.attachedView(c, id, section, refused)
	if err != nil {
		return err
	}
	c.Status(status)
	return c.Render("attached", v)
}

// showAttached shows the pictures and tables of a section after something was done to them.
func (a *app) showAttached(c *fiber.Ctx, id, section string) error {
	if !wantsFragment(c) {
		return a.redirect(c, sectionPath(id, section)+"#attached")
	}
	v, err := a.attachedView(c, id, section, nil)
	if err != nil {
		return err
	}
	return c.Render("attached", v)
}

// attachment takes the file or the pasted table of a form, and looks at what it is.
func (a *app) attachment(c *fiber.Ctx, f *form, caption, alt string) (card.Attachment, error) {
	file := card.Attachment{Name: "pasted.csv"}
	if err := f.either(); err != nil {
		return file, err
	}
	data := []byte(f.get("text"))
	if f.file != nil {
		in, err := f.file.Open()
		if err != nil {
			return file, err
		}
		defer in.Close()
		if data, err = io.ReadAll(in); err != nil {
			return file, err
		}
		file.Name = uploadName(f.file.Filename)
	}
	if len(data) == 0 {
		return file, card.Errorf(card.Invalid, "Choose a picture or a table, or paste a table.")
	}
	if int64(len(data)) > a.MaxUpload {
		return file, tooLarge(a.MaxUpload)
	}
	clean, err := a.cleaned(c, data)
	if err != nil {
		return file, err
	}
	file = format.With(file, clean)
	file.Caption, file.Alt, err = described(clean.MediaType, caption, alt)
	return file, err
}

// described checks the words that stand with a picture or a table.
func described(mediaType, caption, alt string) (string, string, error) {
	caption, err := card.CleanLine(caption)
	if err != nil {
		return "", "", err
	}
	if alt, err = card.CleanLine(alt); err != nil {
		return "", "", err
	}
	if attach.IsPicture(mediaType) && alt == "" {
		return "", "", card.Errorf(card.Invalid, "Say in words what the picture shows, for those who cannot see it, and choose the file again.")
	}
	return caption, alt, nil
}

// changeAttachment gives an attachment other words, another place in its section, or with a file other bytes.
func (a *app) changeAttachment(c *fiber.Ctx) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id, file := param(c, "id"), param(c, "file")
	if f.file != nil {
		if err := a.spend(c, limit.Uploads); err != nil {
			return err
		}
		f.values["replaces"] = file
		return a.exchange(c, f, id, file)
	}
	old, err := rows(c).Attachment(c.UserContext(), id, file)
	if err != nil {
		return err
	}
	if f.has("caption") || f.has("alt") {
		if err = a.describe(c, f, id, old); card.CodeOf(err) == card.Invalid {
			f.values["replaces"] = file
			return a.attached(c, id, old.Section, f, err)
		}
	} else if f.has("before") {
		err = rows(c).Edit(c.UserContext(), id, func(k *card.Card) error { return k.MoveAttachment(file, f.get("before")) })
	} else {
		err = card.Errorf(card.Invalid, "This form says nothing of the picture: no words, no place and no file.")
	}
	if err != nil {
		return err
	}
	return a.showAttached(c, id, old.Section)
}

// describe gives an attachment the words of a form. What its visitor did not touch stays as it is now, and what was changed elsewhere since
// the form was made is not overwritten unseen.
func (a *app) describe(c *fiber.Ctx, f *form, id string, old *card.Attachment) error {
	return rows(c).Edit(c.UserContext(), id, func(k *card.Card) error {
		now := k.Attachment(old.ID)
		if now == nil {
			return card.Errorf(card.NotFound, "This picture or table is no longer here.")
		}
		caption, err := f.words("caption", now.Caption)
		alt, also := f.words("alt", now.Alt)
		if err = cmp.Or(err, also); err != nil {
			return err
		}
		if caption, alt, err = described(now.MediaType, caption, alt); err != nil {
			return err
		}
		return k.Describe(now.ID, caption, alt)
	})
}

// words returns what a caption or an alternative text is to be. was.NAME in the form is what it was when the form was made; what was not
// touched since is in the form then as it is now.
func (f *form) words(name, stored string) (string, error) {
	typed, was := f.get(name), f.get("was."+name)
	switch known := f.has("was." + name); {
	case !f.has(name):
		return stored, nil
	case known && typed == was:
		f.values[name] = stored
		return stored, nil
	case known && was != stored && typed != stored:
		now := "taken away"
		if stored != "" {
			now = "changed to “" + stored + "”"
		}
		return "", card.Errorf(card.Invalid, "In another tab these words were %s meanwhile. Nothing was overwritten: save once more if yours are to stand there.", now)
	}
	return typed, nil
}

// file sends a picture or a table to be shown, and an upload of a card as it came.
func (a *app) file(c *fiber.Ctx) error {
	id, file := param(c, "id"), param(c, "file")
	at, err := rows(c).Attachment(c.UserContext(), id, file)
	if card.CodeOf(err) == card.NotFound {
		f, data, err := rows(c).ReadFile(c.UserContext(), id, file)
		return sendFile(c, f, data, err)
	}
	if err != nil {
		return err
	}
	mediaType := at.MediaType
	if mediaType == attach.CSV {
		mediaType += "; charset=utf-8"
	}
	c.Set("Content-Security-Policy", attachmentPolicy)
	c.Set(fiber.HeaderContentDisposition, strings.Replace(format.Disposition(attach.NameFor(at.Name, at.MediaType)), "attachment", "inline", 1))
	c.Set(fiber.HeaderContentType, mediaType)
	return c.Send(at.Bytes)
}

// deleteFile erases a picture or a table, or an upload: one that was looked at and not taken in, or one the card was made from.
func (a *app) deleteFile(c *fiber.Ctx) error {
	id, file := param(c, "id"), param(c, "file")
	at, err := rows(c).Attachment(c.UserContext(), id, file)
	if card.CodeOf(err) == card.NotFound {
		return a.deleteUpload(c, id, file)
	}
	if err == nil {
		err = rows(c).DeleteAttachment(c.UserContext(), id, file)
	}
	if err != nil {
		return err
	}
	return a.showAttached(c, id, at.Section)
}
