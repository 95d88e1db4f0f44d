package handlers

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
)

// export sends the card in another format.
func (a *app) export(c *fiber.Ctx) error {
	f := format.BySuffix("." + param(c, "format"))
	if f == nil || f.Encode == nil {
		return fiber.ErrNotFound
	}
	k, err := rows(c).WholeCard(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	data, err := f.Encode(a.Templates, k)
	if err != nil {
		return err
	}
	return download(c, format.FileName(a.Templates.DisplayName(k), f.Suffix), f.MediaType, data)
}

// original sends the latest upload of a card as it came.
func (a *app) original(c *fiber.Ctx) error {
	f, data, err := rows(c).Original(c.UserContext(), param(c, "id"))
	return sendFile(c, f, data, err)
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
}

func (a *app) preview(c *fiber.Ctx) error {
	k, err := rows(c).WholeCard(c.UserContext(), param(c, "id"))
	if err != nil {
		return err
	}
	o, err := rows(c).Outline(c.UserContext(), a.Templates, k.ID)
	if err != nil {
		return err
	}
	article, err := format.ArticleFrom(a.Templates, k, func(at *card.Attachment) template.URL {
		return template.URL(a.url(attachmentPath(k.ID, at.ID)))
	})
	if err != nil {
		return err
	}
	p := previewPage{frame: a.frameFor(c, o.Name), Article: article}
	p.frame.Card = head(o)
	return a.respond(c, fiber.StatusOK, "preview", "preview-content", p)
}
