package format

import "cardstock/card"

// A Need is something that a format wants of every card and one does not say, or not as the format wants it. Its export is valid all the same: what
// stands there then says so, or that it is another's.
type Need struct {
	Section  string `json:"section,omitempty"` // key; "" if the card has no such question
	Field    string `json:"field,omitempty"`   // key
	Question string `json:"question"`
	Why      string `json:"why"` // a sentence
}

// needs fills in the questions of what a format wants.
func (l *Ledger) needs(ts *card.Templates, c *card.Card, f *Format) {
	if f.Needs == nil {
		return
	}
	for _, n := range f.Needs(ts, c) {
		if q, s := c.Field(n.Field); q != nil {
			n.Section, n.Question = s.Key, q.Label
		} else {
			n.Field = ""
		}
		l.Needs = append(l.Needs, n)
	}
}

// answered reports whether a question of the card has an answer that says something.
func answered(c *card.Card, key string) bool {
	f, _ := c.Field(key)
	return f != nil && f.Answered()
}

// needsName is what a format wants that requires a name.
func needsName(ts *card.Templates, c *card.Card, why string) []Need {
	key := ts.NameKey(c.Template, c.Kind)
	if c.Title != "" || answered(c, key) {
		return nil
	}
	return []Need{{Field: key, Question: "Name", Why: why}}
}

// needsCycloneDX: the schema requires a component's name.
func needsCycloneDX(ts *card.Templates, c *card.Card) []Need {
	return needsName(ts, c, "CycloneDX requires the name of a component. Without one the file says "+card.DisplayName(c.Kind, "", "")+".")
}

// needsHub: the name stands in the heading, and the licence is what the Hub lets people choose by.
func needsHub(ts *card.Templates, c *card.Card) []Need {
	needs := needsName(ts, c, "The heading of a README names what it is about. Without a name it says "+card.DisplayName(c.Kind, "", "")+".")
	key := "model_details.license"
	if c.Kind == card.Datasheet {
		key = "distribution.license"
	}
	n := Need{Field: key, Question: "Licence"}
	f, _ := c.Field(key)
	if !answered(c, key) {
		n.Why = "The Hub lists and filters by a licence’s identifier, such as apache-2.0 or cc-by-4.0."
		return append(needs, n)
	}
	switch id, name := hubLicence(f.Answer); {
	case id == "":
		n.Why = "The Hub lists and filters by a licence’s identifier, such as apache-2.0 or cc-by-4.0. The answer is a text, and stands in the body alone."
	case name != "":
		n.Why = "The Hub knows no licence with the identifier " + brief(name) + ", so the front matter says license: other and its name."
	default:
		return needs
	}
	return append(needs, n)
}

// needsCroissant: the specification requires these of every dataset. Source: Croissant Format Specification 1.0, Dataset-level information, Required.
func needsCroissant(ts *card.Templates, c *card.Card) []Need {
	needs := needsName(ts, c, "Croissant requires a name. Without one the file says "+card.DisplayName(c.Kind, "", "")+".")
	for _, of := range [][2]string{{"motivation.purpose", "a description"}, {"distribution.license", "a license"}, {"motivation.creators", "a creator"}} {
		if !answered(c, of[0]) && (of[0] != "motivation.purpose" || introductionOf(c) == "") {
			needs = append(needs, Need{Field: of[0], Question: "What Croissant calls " + of[1], Why: "Croissant requires " + of[1] + ". Without one the file says " + notStated + "."})
		}
	}
	if publishedOn(newTaker(c)) == noDay {
		needs = append(needs, Need{Field: "distribution.date", Question: "What Croissant calls datePublished", Why: "Croissant requires a day such as 2026-11-27. Without one the file says " + noDay + "."})
	}
	if homePage(newTaker(c)) == noPage {
		needs = append(needs, Need{Field: "distribution.method", Question: "What Croissant calls a url", Why: "Croissant requires the address of a page about the dataset; the first web address in this answer is taken. Without one the file says " + noPage + "."})
	}
	return needs
}
