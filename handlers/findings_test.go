package handlers_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// proper are answers with nothing wrong, where a sentence is none.
var proper = map[string]url.Values{
	"model_details.license":       form("answer.model_details.license", "MIT"),
	"model_details.owner_contact": form("answer.model_details.owner_contact", "team@wounds.org"),
	"version.date":                form("answer.version.date", "2020-01-01"),
	"quantitative_analyses.metrics": form("answer.quantitative_analyses.metrics[0].metric", "Dice", "answer.quantitative_analyses.metrics[0].value", "0.9",
		"answer.quantitative_analyses.metrics[1].metric", "Dice", "answer.quantitative_analyses.metrics[1].value", "0.8", "answer.quantitative_analyses.metrics[1].slice", "dim light"),
}

func (r *reply) number(selector string) int {
	r.t.Helper()
	text := r.one(selector).Text()
	n, err := strconv.Atoi(strings.TrimSuffix(strings.Fields(text + " x")[0], ","))
	if err != nil {
		r.t.Fatalf("%s: %q does not begin with a number", r.what, text)
	}
	return n
}

// TestJourneyThroughTheFindings answers what is found, one after the other, until nothing is left. The score never falls, and the number
// on every page is that of the findings there.
func TestJourneyThroughTheFindings(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	findings := b.get(card).one(`#total a`).AttrOr("href", "")
	score, answered := 0, 0
	for {
		page := b.get(findings).is(200)
		link := page.find(`.findings a[href*="#box-"]`)
		if now := page.number("#score"); now < score {
			t.Fatalf("the score falls from %d to %d", score, now)
		} else {
			score = now
		}
		if n := b.get(card).number("#total a"); n != link.Length() {
			t.Fatalf("the editor says %d findings, and there are %d", n, link.Length())
		}
		if link.Length() == 0 {
			break
		}
		section, box, _ := strings.Cut(link.First().AttrOr("href", ""), "#")
		there := b.get(section).is(200)
		if here := page.find(`[id="found-` + last(section) + `"] .findings li`).Length(); there.number("#found-here") != here {
			t.Errorf("%s says %q, and there are %d findings", section, there.one("#found-here").Text(), here)
		}
		if there.find(`[id="`+box+`"][name]`).Length() != 1 {
			t.Fatalf("%s has no box %s", section, box)
		}
		key := strings.TrimPrefix(box, "box-")
		answer := proper[key]
		if answer == nil {
			answer = form("answer."+key, "All that "+key+" asks for is said here.")
		}
		answer.Set("rev."+key, there.rev(key))
		b.put(card+"/fields/"+key, answer).is(303)
		if answered++; answered > 60 {
			t.Fatalf("%d answers, and still %s", answered, page.one("main").Text())
		}
	}
	page := b.get(findings)
	if !strings.Contains(page.one(".lede").Text(), "Nothing was found") || score < 50 || b.get(card).one("#found-here").Text() != "Nothing missing in this section" {
		t.Errorf("after %d answers the score is %d: %s", answered, score, page.one("main").Text())
	}
	if !b.get(card + "/preview").has(`a[href="` + findings + `"]`) {
		t.Error("the preview does not lead to the findings")
	}
}

// An autosave takes the numbers along, and a placeholder counts as no answer though it stands there.
func TestFindingsFollowEachSave(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	before := b.get(card + "/sections/caveats")
	all, here := before.number("#total a"), before.number("#found-here")
	b.htmx = true
	key := "caveats.limitations"
	reply := b.put(card+"/fields/"+key, form("answer."+key, "[More Information Needed]")).is(200)
	if reply.number("#total a") != all || reply.number("#found-here") != here || !strings.HasPrefix(reply.one("#total").Text(), "0 of 16 essentials") {
		t.Errorf("a placeholder counts: %s", reply.text())
	}
	if got := b.get(card + "/sections/caveats").answer(key); got != "[More Information Needed]" {
		t.Errorf("the text has become %q", got)
	}
	if text := b.get(card + "/findings").one(`[id="found-caveats"] li`).Text(); !strings.Contains(text, "only a placeholder") {
		t.Errorf("the finding does not say why: %s", text)
	}
	reply = b.put(card+"/fields/"+key, form("answer."+key, "Deep wounds come out too small.", "rev."+key, reply.rev(key))).is(200)
	if reply.number("#total a") != all-1 || reply.has("#found-here a") || reply.one("#found-here").AttrOr("hx-swap-oob", "") != "true" {
		t.Errorf("%d findings before, after an answer: %s", all, reply.text())
	}
	saved := b.put(card+"/sections/model_details", form("answer.model_details.owner_contact", "Ann")).is(200)
	if saved.number("#total a") != all-1 || !strings.Contains(b.get(card+"/findings").one(`[id="found-model_details"]`).Text(), "no address") {
		t.Errorf("an answer with a flaw: %s", saved.text())
	}
}

// What a file leaves out is said, and leads nowhere.
func TestFindingsAboutQuestionsThatACardLacks(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.upload("/cards/import", "c.json", ourJSON, nil).is(200).one(`a[href$="/preview"]`).AttrOr("href", "")
	page := b.get(strings.TrimSuffix(card, "/preview") + "/findings").is(200)
	if facts := page.one("dl.facts").Text(); !strings.Contains(facts, "findings. Without a good answer there, nobody can judge whether to use the model.") {
		t.Errorf("it is not said that answers are missing, not findings: %s", facts)
	}
	if n := page.find("#absent li").Length(); n != 17 || page.has("#absent .findings a") { // 15 essentials and the version
		t.Errorf("%d questions are absent: %s", n, page.one("main").Text())
	}
}
