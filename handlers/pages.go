package handlers

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card/format"
	"cardstock/session"
)

// pages are the operator's Markdown pages by name.
type pages map[string]template.HTML

// pageTitles are the pages there can be, in the order of the footer.
var pageTitles = []link{{Path: "about", Title: "About"}, {Path: "privacy", Title: "Privacy"}, {Path: "imprint", Title: "Imprint"}, {Path: "contact", Title: "Contact"}}

// loadPages reads about.md, privacy.md, imprint.md and contact.md as far as they are there.
func loadPages(fsys fs.FS) (pages, error) {
	ps := pages{}
	if fsys == nil {
		return ps, nil
	}
	for _, t := range pageTitles {
		data, err := fs.ReadFile(fsys, t.Path+".md")
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("page %s.md: %w", t.Path, err)
		}
		ps[t.Path] = template.HTML(lifted.Replace(string(format.Markdown(string(data)))))
	}
	return ps, nil
}

// lifted puts the headings of a page right below its title; in a card they are below those of questions. Text has no tags left.
var lifted = strings.NewReplacer("<h4", "<h2", "</h4>", "</h2>", "<h5", "<h3", "</h5>", "</h3>", "<h6", "<h4", "</h6>", "</h4>")

// links are the pages that exist: about and privacy always, for the app writes them itself.
func (ps pages) links() []link {
	var links []link
	for _, t := range pageTitles {
		if _, ok := ps[t.Path]; ok || t.Path == "about" || t.Path == "privacy" {
			links = append(links, link{Path: "/" + t.Path, Title: t.Title})
		}
	}
	return links
}

// infoPage is one of the pages in the footer.
type infoPage struct {
	frame
	Name    string
	Added   template.HTML // what the operator wrote
	OwnTTL  time.Duration // how long a session lives on a computer of one's own
	Formats []*format.Format

	CodeLife time.Duration // how long a hand-over code can be used
}

// page shows the page with this name, 404 if the operator has not written it.
func (a *app) page(name string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		for _, l := range a.pages.links() {
			if l.Path != "/"+name {
				continue
			}
			p := infoPage{frame: a.frameFor(c, l.Title), Name: name, Added: a.pages[name], OwnTTL: a.Sessions.TTL(), Formats: format.All(), CodeLife: session.CodeLife}
			return a.respond(c, fiber.StatusOK, "page", "page-content", p)
		}
		return fiber.ErrNotFound
	}
}
