package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cardstock/card"
)

// attempts calls every method of Scope with ids that belong to another session. Each returns what it got to see, "" for
// nothing, and its error. A method of Scope that is missing here fails the test.
var attempts = map[string]func(ctx context.Context, s *Scope, v *victim) (string, error){
	"Session": func(_ context.Context, s *Scope, v *victim) (string, error) { return "", nil },
	"Born":    func(_ context.Context, s *Scope, v *victim) (string, error) { return "", nil },
	"Share": func(ctx context.Context, s *Scope, v *victim) (string, error) { // its own row only
		row, err := s.Share(ctx, true, time.Hour)
		if row != nil && row.ID == v.session {
			return "the other's session", err
		}
		return "", ignore(err)
	},
	"OfferHandover": func(ctx context.Context, s *Scope, v *victim) (string, error) { // a code for its own session only
		return "", ignore(s.OfferHandover(ctx, "code of "+NewID(), s.db.Now().Add(time.Minute)))
	},
	"State": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		state, err := s.State(ctx)
		return saw(state == v.state), err
	},
	"Cards": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		cards, err := s.Cards(ctx, v.templates)
		for _, c := range cards {
			if c.ID == v.card {
				return c.Name, err
			}
		}
		return "", err
	},
	"Usage": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		u, err := s.Usage(ctx)
		if u.Files > 0 || u.Earlier > 0 || u.Models > 1 {
			return fmt.Sprint(u), err
		}
		return "", err
	},
	"Originals": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		files, err := s.Originals(ctx, v.card)
		return strings.Trim(fmt.Sprint(files), "[]"), need(err)
	},
	"Progress": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		of, whole, err := s.Progress(ctx, v.card, "one")
		if of != (card.Progress{}) || whole != (card.Progress{}) {
			return "progress", err
		}
		return "", need(err)
	},
	"Inspect": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		r, err := s.Inspect(ctx, v.templates, v.card)
		return saw(r != nil), need(err)
	},
	"DeleteCards": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		n, err := s.DeleteCards(ctx, card.Datasheet)
		if n > 0 {
			return "deleted some", err
		}
		return "", ignore(err)
	},
	"CreateCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		id, err := s.CreateCard(ctx, sampleCard(), nil)
		if id == v.card {
			return id, err
		}
		return "", ignore(err)
	},
	"Card": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		c, err := s.Card(ctx, v.card)
		return saw(c != nil), need(err)
	},
	"Page": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		o, sec, err := s.Page(ctx, v.templates, v.card, "one")
		return saw(o != nil || sec != nil), need(err)
	},
	"Outline": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		o, err := s.Outline(ctx, v.templates, v.card)
		return saw(o != nil), need(err)
	},
	"Field": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		f, _, err := s.Field(ctx, v.card, "one.a")
		return saw(f != nil), need(err)
	},
	"Edit": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		err := s.Edit(ctx, v.card, func(c *card.Card) error { seen = true; c.Sections = nil; return nil })
		return saw(seen), need(err)
	},
	"Empty": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		err := s.Empty(ctx, v.card, func(c *card.Card) error { seen = true; c.Sections = nil; return nil })
		return saw(seen), need(err)
	},
	"TakeBack": func(ctx context.Context, s *Scope, v *victim) (string, error) { // a card that is not there has been taken back
		return "", ignore(s.TakeBack(ctx, v.card))
	},
	"EarlierAnswers": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		earlier, err := s.EarlierAnswers(ctx, v.card)
		return saw(len(earlier) > 0), need(err)
	},
	"DiscardCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		back, err := s.DiscardCard(ctx, v.card)
		return saw(back), need(err)
	},
	"RecoverCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.RecoverCard(ctx, v.card))
	},
	"Discarded": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		deleted, err := s.Discarded(ctx, v.templates)
		return saw(len(deleted) > 0), err
	},
	"UseDatasheets": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		own := &card.Card{Kind: card.Model, Template: "model"}
		if id, err := s.CreateCard(ctx, own, nil); err == nil { // another's card cannot be linked with one's own
			if err := need(s.UseDatasheets(ctx, id, []string{v.card})); err != nil {
				return "", err
			}
		}
		return "", need(s.UseDatasheets(ctx, v.card, nil))
	},
	"Copy": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		_, err := s.Copy(ctx, v.card, true, func(*card.Card) { seen = true })
		return saw(seen), need(err)
	},
	"DeleteCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.DeleteCard(ctx, v.card))
	},
	"SaveAnswers": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		out, err := s.SaveAnswers(ctx, v.card, []Answer{{"one.a", "stolen", card.RevOf(0, "alpha")}})
		return saw(len(out) > 0), need(err)
	},
	"ReplaceAnswer": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		o, err := s.ReplaceAnswer(ctx, v.card, Answer{"one.a", "stolen", card.RevOf(0, "alpha")})
		return saw(o.Field.Key != ""), need(err)
	},
	"HoldUpload": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		id, err := s.HoldUpload(ctx, v.card, &Upload{Name: "x", Bytes: []byte("x")})
		return id, need(err)
	},
	"Import": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		seen := false
		err := s.Import(ctx, v.card, &Upload{Name: "x", Bytes: []byte("x")}, func(*card.Card) error { seen = true; return nil })
		return saw(seen), need(err)
	},
	"Original": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, data, err := s.Original(ctx, v.card)
		return string(data), need(err)
	},
	"OriginalIn": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, data, err := s.OriginalIn(ctx, v.card, "x")
		return string(data), need(err)
	},
	"DeleteFile": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.DeleteFile(ctx, v.card, v.file))
	},
	"Revisions": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		revisions, err := s.Revisions(ctx, v.card, "", 500)
		return saw(len(revisions) > 0), need(err)
	},
	"EarlierAnswer": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		text, err := s.EarlierAnswer(ctx, v.card, v.revision)
		return text, need(err)
	},
	"LastChange": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		last, err := s.LastChange(ctx, v.card)
		return saw(!last.At.IsZero()), need(err)
	},
	"Undo": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		section, err := s.Undo(ctx, v.card)
		return section, need(err)
	},
	"RestoreAt": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		n, err := s.RestoreAt(ctx, v.card, s.db.Now().Add(-time.Millisecond))
		return saw(n > 0), need(err)
	},
	"ForgetRevision": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.ForgetRevision(ctx, v.card, v.revision))
	},
	"ForgetField": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.ForgetField(ctx, v.card, "again.n"))
	},
	"Restore": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, err := s.Restore(ctx, v.card, v.revision)
		return "", need(err)
	},
	"WholeCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		c, err := s.WholeCard(ctx, v.card)
		return saw(c != nil), need(err)
	},
	"WholeCardIf": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		shown := false
		c, err := s.WholeCardIf(ctx, v.card, func(*card.Card) bool { shown = true; return true })
		return saw(shown || c != nil), need(err)
	},
	"ShownCard": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		c, err := s.ShownCard(ctx, v.card)
		return saw(c != nil), need(err)
	},
	"Attachments": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		all, err := s.Attachments(ctx, v.card, "one")
		return saw(len(all) > 0), need(err)
	},
	"Attachment": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		a, err := s.Attachment(ctx, v.card, v.picture)
		return saw(a != nil), need(err)
	},
	"DeleteAttachment": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		return "", need(s.DeleteAttachment(ctx, v.card, v.picture))
	},
	"FileInfo": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		f, err := s.FileInfo(ctx, v.card, v.file)
		return f.Name, need(err)
	},
	"ReadFile": func(ctx context.Context, s *Scope, v *victim) (string, error) {
		_, data, err := s.ReadFile(ctx, v.card, v.file)
		return string(data), need(err)
	},
}
