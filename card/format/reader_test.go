package format

import (
	"strings"
	"testing"
)

// TestGrowing: there is a place for each section, hidden while it says nothing, and one section can be had alone with the heading.
func TestGrowing(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	name, _ := c.Field("model_details.name")
	name.Answer = "Grower"
	whole, err := Growing(ts, c, dataURL)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Sections {
		place, says := `<section id="read-`+s.Key+`"`, false
		for _, f := range s.Fields {
			says = says || f.Answered() || f.Essential
		}
		if strings.Contains(string(whole), place+">") != says || strings.Contains(string(whole), place+" hidden>") == says {
			t.Errorf("%s: hidden although it says something, or the reverse", s.Key)
		}
	}
	one, err := GrowingSection(ts, c, "model_details", dataURL)
	if err != nil || strings.Count(string(one), "<section") != 1 || !strings.HasPrefix(string(one), `<section id="read-model_details">`) || !strings.Contains(string(one), `<header id="read" hx-swap-oob="true">`) {
		t.Errorf("%s, %v", one, err)
	}
	if none, err := GrowingSection(ts, c, "none", dataURL); none != "" || err != nil {
		t.Errorf("%q, %v", none, err)
	}
}

// TestPaper: a print tells what it is of, and its status as the card says it: one that says none is no draft.
func TestPaper(t *testing.T) {
	ts := templates(t)
	c := ts.Get("model").New()
	hash := func() string {
		page, err := Article(ts, c)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(page), "Cardstock JSON)</dt><dd>")
		hash, _, _ := strings.Cut(rest, "<")
		status, _ := c.Field("governance.status")
		if draft := strings.Contains(string(page), `class="sheet draft"`); draft != (status.Answer == "draft") || len(hash) != 64 {
			t.Errorf("status %q: draft %v, hash %q", status.Answer, draft, hash)
		}
		says := map[string]string{"draft": "<dd dir=\"auto\">Draft: nobody has approved it yet<", "in review": ">In review<", "approved": ">Approved<"}[status.Answer]
		if !strings.Contains(string(page), says) || says == "" && strings.Contains(string(page), "<dt>Status") {
			t.Errorf("status %q: %.600s", status.Answer, page)
		}
		return hash
	}
	first := hash()
	status, _ := c.Field("governance.status")
	for _, s := range []string{"", "in review", "approved"} {
		if status.Answer = s; hash() == first {
			t.Error("another content has the same hash")
		}
	}
	if status.Answer = "draft"; hash() != first {
		t.Error("the same content has another hash")
	}
}
