package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cardstock/card"
	"cardstock/card/artefact"
	"cardstock/db"
	"cardstock/limit"
)

// artefactPage asks for a model file, and then shows what it says beside what is stored.
type artefactPage struct {
	frame
	CardID    string
	Readable  string
	MaxUpload int64
	Text      string // a pasted config.json that was refused stays in its box
	Problem   string
	Read      *readFile
}

// readFile is what was read from a model file. The file itself is not kept.
type readFile struct {
	db.File
	artefact.Facts
	Answers  []proposedAnswer
	Homeless []artefact.Proposal // the card does not ask for these
}

// proposedAnswer is a proposal beside the answer that the card has.
type proposedAnswer struct {
	card.Field
	artefact.Proposal
	RevToken string
	Line     bool // its box has one line
	Just     bool // it was taken with the request before this one: the focus goes on from there
}

// Taken reports whether the proposal is the answer already, or a part of it.
func (p proposedAnswer) Taken() bool { return strings.Contains(p.Answer, p.Proposal.Text) }

func artefactPath(id, file string) string { return "/cards/" + id + "/artefact?file=" + file }

// showArtefact asks for a model file or, with ?file=, shows the proposals of the one that was read.
func (a *app) showArtefact(c *fiber.Ctx) error {
	return a.artefactWith(c, fiber.StatusOK, c.Query("file"), "", "")
}

func (a *app) artefactWith(c *fiber.Ctx, status int, file, text, problem string) error {
	id := param(c, "id")
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err != nil {
		return err
	}
	p := artefactPage{frame: a.frameFor(c, "Fill in – "+o.Name), CardID: id, Readable: artefact.Readable, MaxUpload: a.MaxUpload, Text: text, Problem: problem}
	p.frame.Card = head(o)
	if file != "" {
		if p.Read, err = a.readArtefact(c, id, file); err != nil {
			return err
		}
	}
	return a.respond(c, status, "artefact", "artefact-content", p)
}

// facts returns what was read from a model file for a card.
func (a *app) facts(c *fiber.Ctx, id, file string) (*readFile, error) {
	f, data, err := rows(c).ReadFile(c.UserContext(), id, file)
	if err != nil {
		return nil, err
	}
	if f.Format != db.ModelFile {
		return nil, card.Errorf(card.NotFound, "There is no such file here.")
	}
	r := &readFile{File: f}
	return r, json.Unmarshal(data, &r.Facts)
}

// readArtefact puts the proposals of a model file beside the answers of a card.
func (a *app) readArtefact(c *fiber.Ctx, id, file string) (*readFile, error) {
	r, err := a.facts(c, id, file)
	if err != nil {
		return nil, err
	}
	k, err := rows(c).Card(c.UserContext(), id)
	if err != nil {
		return nil, err
	}
	for _, p := range r.Proposals {
		f, _ := k.Field(p.Field)
		if f == nil || f.Kind == card.Table || f.Kind == card.Choice {
			r.Homeless = append(r.Homeless, p)
			continue
		}
		line := inputFor(*f, p.Text) != "textarea"
		r.Answers = append(r.Answers, proposedAnswer{*f, p, card.RevOf(f.Rev, f.Answer).String(), line, f.Key == c.Query("taken")})
	}
	return r, nil
}

// readModelFile reads a model file, or the part of one that the browser sent. Nothing in the card changes: what was read is held, and
// the next page shows it. The file is let go.
func (a *app) readModelFile(c *fiber.Ctx) error {
	id := param(c, "id")
	f, err := readForm(c)
	if err == nil {
		err = a.spend(c, limit.Uploads)
	}
	if err == nil {
		err = a.onlyModels(c, id)
	}
	var held string
	if err == nil {
		held, err = a.holdFacts(c, id, f)
	}
	var ours *card.Error
	if errors.As(err, &ours) && ours.Code != card.NotFound || refused(err) || errors.Is(err, fiber.ErrRequestEntityTooLarge) {
		retryAfter(c, err)
		status, message := explain(err, a.MaxUpload)
		if refused(err) {
			message = a.refusal(c, err, f.get("text") != "")
		}
		return a.artefactWith(c, status, "", f.get("text"), message)
	}
	if err != nil {
		return err
	}
	return a.goTo(c, artefactPath(id, held))
}

// onlyModels refuses a card of another kind: a model file says nothing of it.
func (a *app) onlyModels(c *fiber.Ctx, id string) error {
	o, err := rows(c).Outline(c.UserContext(), a.Templates, id)
	if err == nil && o.Kind != card.Model {
		err = card.Errorf(card.Invalid, "A model file fills in a model card, and this is none.")
	}
	return err
}

func (a *app) holdFacts(c *fiber.Ctx, id string, f *form) (string, error) {
	if f.file == nil && f.get("text") == "" {
		return "", card.Errorf(card.Invalid, "Choose a model file, or paste a config.json.")
	}
	u, err := a.receive(f)
	if err != nil {
		return "", err
	}
	var facts *artefact.Facts
	err = a.inTurn(c, int64(len(u.Bytes)), func(context.Context) (err error) {
		facts, err = artefact.Read(u.Bytes)
		return err
	})
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(facts)
	if err != nil {
		return "", err
	}
	return rows(c).HoldUpload(c.UserContext(), id, &db.Upload{Name: u.Name, Format: db.ModelFile, Bytes: data})
}

// takeProposal saves a proposal as an answer, and shows the proposals again, with the focus where it was: an address with a # in it would
// keep the page from saying where. If it cannot be saved, that is told as of any other answer.
func (a *app) takeProposal(c *fiber.Ctx, id, section, file string, answer db.Answer) error {
	if _, err := a.facts(c, id, file); err != nil {
		return err
	}
	o, err := rows(c).ReplaceAnswer(c.UserContext(), id, answer)
	if err != nil {
		return a.fieldSaved(c, id, section, answer, o, err)
	}
	return a.goTo(c, artefactPath(id, file)+"&taken="+url.QueryEscape(answer.Key))
}
