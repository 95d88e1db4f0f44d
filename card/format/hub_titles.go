package format

import (
	"slices"
	"strings"

	"cardstock/card"
)

// titles writes the title of the card and those of sections of the visitor's own, where a README of ours has them, if they are others now.
func (w *hubWriter) titles() {
	for i := range w.pieces {
		p := &w.pieces[i]
		want := ""
		if key, ours := strings.CutPrefix(p.key, sectionStart); ours {
			if s := w.now.Section(key); s != nil && s.Custom {
				want = s.Title
			}
		} else if w.ours && p.key == "" && p.level == 1 {
			title, _ := card.CleanLine(w.ts.DisplayName(w.now))
			want = titleOf(p.title).called(title, w.now.Kind)
		}
		if is, _ := card.CleanLine(p.title); want != "" && want != is {
			w.heading(p, want)
		}
	}
}

// heading writes other words into a heading. A # at their end is one of them if another closes the heading; what is no line of text cannot be underlined.
func (w *hubWriter) heading(p *part, words string) {
	if p.underlined && !titleLine(words) {
		w.splices = append(w.splices, splice{p.start, p.textAt, strings.Repeat("#", p.level) + " " + asHeading(words)})
		return
	}
	if strings.TrimSpace(w.readme[p.upTo:p.textAt]) == "" {
		words = asHeading(words)
	}
	w.splices = append(w.splices, splice{p.titleAt, p.upTo, words})
}

// titled reports whether an answer, as the name of the card, stands in the heading of a part: that is no heading of the introduction below it.
func (w *hubWriter) titled(p *part) bool {
	for _, claims := range w.claims {
		if slices.ContainsFunc(claims, func(c claim) bool { return c.title && c.part == p }) {
			return true
		}
	}
	return false
}
