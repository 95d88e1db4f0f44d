package handlers

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/db"
	"cardstock/limit"
)

// mostNamed is how many other cards of a file are named at once; the page that reads it again has all.
const mostNamed = 12

// notice says what became of an upload, once, on the page that follows it.
type notice struct {
	*format.Result
	CardID   string
	FileName string
	Again    string    // address where it can be read as something else; "" if it is nothing else
	Others   []link    // the other cards in it, by name
	More     bool      // there are more of them than are named
	Unsaid   []link    // pictures that came with it, of which its visitor has not said yet what they show
	LeftOut  askedView // answers of it that are not in the card, because another one is there
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
	n := &notice{Result: result, CardID: id, FileName: f.Name}
	n.unsaid(k) // before the merge, which would put pictures that are gone there again
	left, err := k.Merge(result.Card, card.Fill)
	n.LeftOut = asked(id, left.Kept)
	n.readAgain(id, f.ID)
	return n, err
}

// unsaid fills in the pictures of which a foreign file says no more than a name, where they are in the card.
func (n *notice) unsaid(k *card.Card) {
	for i := 0; n.Pictures > 0 && i < len(n.Card.Attachments); i++ {
		is := n.Card.Attachments[i]
		at := slices.IndexFunc(k.Attachments, func(a card.Attachment) bool { return a.Section == is.Section && a.Name == is.Name && a.Alt == is.Alt })
		if s := k.Section(is.Section); at >= 0 && s != nil && len(n.Unsaid) < mostNamed {
			n.Unsaid = append(n.Unsaid, link{Path: sectionPath(k.ID, s.Key) + "#alt-" + k.Attachments[at].ID, Title: is.Name, Note: s.Title})
		}
	}
}

// readAgain fills in what else an upload can be read as: the other cards in it by their names, all else behind a link.
func (n *notice) readAgain(id, file string) {
	all := others(n.Result)
	if len(all) == 0 {
		return
	}
	n.Again = "/cards/" + id + "/import?file=" + file
	for _, c := range all {
		switch {
		case c.Part == "":
		case len(n.Others) == mostNamed:
			n.More = true
		default:
			n.Others = append(n.Others, link{Path: n.Again + "&as=" + url.QueryEscape(c.Name), Title: c.Part})
		}
	}
}
