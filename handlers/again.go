package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// again is the form of a request that was refused for now, to be sent once more: without JavaScript the page with the boxes is gone.
type again struct {
	Path   string
	Hidden []typedField
	Boxes  []typedField
}

type typedField struct{ Name, Value string }

// forNow are the statuses of which a second try may be answered differently.
var forNow = map[int]bool{
	fiber.StatusRequestEntityTooLarge: true, // of a session that is full
	fiber.StatusTooManyRequests:       true,
	fiber.StatusServiceUnavailable:    true,
	fiber.StatusInsufficientStorage:   true,
}

// mostAgain is how many fields are shown again.
const mostAgain = 2000

// again returns what a plain form said, nil if there is nothing typed in it.
func (a *app) again(c *fiber.Ctx, status int) *again {
	if !forNow[status] || wantsFragment(c) || c.Request().Header.IsGet() || visitOf(c) == nil {
		return nil
	}
	f, err := readForm(c)
	if err != nil || f.file != nil || len(f.names) > mostAgain {
		return nil
	}
	g := &again{Path: "/" + strings.TrimLeft(c.Path(), "/")}
	for _, name := range f.names {
		field := typedField{name, f.values[name]}
		if strings.HasPrefix(name, "answer.") && field.Value != "" || name == "title" || name == "question" || name == "text" {
			g.Boxes = append(g.Boxes, field)
		} else {
			g.Hidden = append(g.Hidden, field)
		}
	}
	if len(g.Boxes) == 0 {
		return nil
	}
	return g
}
