package format

import (
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
			start, _, _ := strings.Cut(p.title, cardTitle.ReplaceAllString(p.title, ""))
			want = start + title
		}
		if is, _ := card.CleanLine(p.title); want != "" && want != is {
			w.splices = append(w.splices, splice{p.titleAt, p.upTo, want})
		}
	}
}
