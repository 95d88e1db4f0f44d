package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cardstock/e2e/testredis"
)

// TestOpenEditTakeAway is the whole path in a browser: upload an old card, find it complete, edit it, take it
// away; once with sessions in the database alone and once with Redis.
func TestOpenEditTakeAway(t *testing.T) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) { openEditTakeAway(t, start(t)) })
	t.Run("redis", func(t *testing.T) {
		redis := testredis.Start(t)
		openEditTakeAway(t, start(t, "--redis-url", redis.URL))
		if keys := redis.Do("KEYS", "cardstock:session:*"); strings.Count(keys, "cardstock:session:") != 1 {
			t.Errorf("one visitor kept something, and Redis has the keys %q", keys)
		}
	})
}

func openEditTakeAway(t *testing.T, a *app) {
	b := a.browser()
	b.upload(sample(t))
	card := b.path()
	want := answersByID(t, sample(t))
	for _, name := range []string{"Model details", "Intended use", "Training data", "Quantitative analyses", "Ethical considerations", ownSection(t, sample(t))} {
		b.section(name)
	}
	shown := allAnswers(b)
	for id, answer := range want {
		if id != "31" && answer != "" && !strings.Contains(shown, answer) {
			t.Errorf("answer %s is on no page: %q", id, answer)
		}
	}
	b.section("Quantitative analyses")
	if rows := b.eval(`[...document.querySelectorAll('table.rows tbody tr')].map(r => [...r.querySelectorAll('input')].slice(0, 2).map(i => i.value).join("=")).filter(r => r !== "=").join(" ")`); rows != metricRows(t, want["31"]) {
		t.Errorf("metrics table: %s, want %s", rows, metricRows(t, want["31"]))
	}
	if got := b.eval(`fetch("` + card + `.webcards.json").then(r => r.text())`); !sameAnswers(t, want, answersOf(t, []byte(got))) {
		t.Errorf("export as WebCards answers differs:\n%s", got)
	}
	b.section("Intended use")
	b.requested()
	b.typeInto("intended_use.primary_users", " and doctors — 🩹")
	b.saved("intended_use.primary_users")
	for _, r := range b.requested() {
		if r.method != "PUT" || r.status != 200 || r.bytes > 1024+512 { // the length counts the headers, too
			t.Errorf("an autosave is one small request, not %s %s: %d, %.0f bytes", r.method, r.url, r.status, r.bytes)
		}
	}
	strangersSeeNothing(t, a, b, card)
	a.kill()
	a.again()
	b.open(card + "/sections/intended_use")
	if got := b.answer("intended_use.primary_users"); got != want["13"]+" and doctors — 🩹" {
		t.Errorf("after kill -9 the saved answer is %q", got)
	}
}

// ownSection returns the title of the section that the old tool's user had added.
func ownSection(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(doc["Section_name_65"])
}

// metricRows writes the old tool's six numbers as the table shows them.
func metricRows(t *testing.T, answer string) string {
	t.Helper()
	var six struct {
		Selected [][]string `json:"selected metrics"`
	}
	if err := json.Unmarshal([]byte(answer), &six); err != nil || len(six.Selected) != 6 {
		t.Fatalf("question 31: %v in %s", err, answer)
	}
	var rows []string
	for i, name := range []string{"Accuracy", "Precision", "Brier score", "Recall", "F1", "AUC"} {
		rows = append(rows, name+"="+six.Selected[i][0])
	}
	return strings.Join(rows, " ")
}

// allAnswers returns what stands in the boxes of all sections.
func allAnswers(b *tab) string {
	return b.eval(`Promise.all([...document.querySelectorAll('#outline a[data-section]')].map(a => fetch(a.href).then(r => r.text()))).then(pages => pages.flatMap(p =>
		[...new DOMParser().parseFromString(p, "text/html").querySelectorAll('[name^="answer."]')].map(e => e.value)).join("\n\n"))`)
}

// strangersSeeNothing opens every address of the card as another visitor.
func strangersSeeNothing(t *testing.T, a *app, b *tab, card string) {
	t.Helper()
	s := b.stranger(a)
	s.open("/")
	name := b.eval(`document.querySelector("header .name").textContent.trim()`)
	for _, path := range []string{"", "/sections/intended_use", "/fields/model_details.name", "/preview", "/original", "/import", ".json", ".webcards.json", ".html"} {
		got := s.eval(`fetch("` + card + path + `").then(async r => r.status + " " + (await r.text()).includes(` + quote(name) + `))`)
		if got != "404 false" {
			t.Errorf("a stranger at %s gets %s", path, got)
		}
	}
	if page := s.eval(`document.body.innerText`); strings.Contains(page, name) {
		t.Error("a stranger's start page shows the card")
	}
}

// answersByID reads WebCards answers: field id to answer, null as "".
func answersByID(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return answersOf(t, data)
}

func answersOf(t *testing.T, data []byte) map[string]string {
	t.Helper()
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatalf("%v in %.200s", err, data)
	}
	answers := map[string]string{}
	for key, raw := range doc {
		var list []map[string]*string
		if !strings.HasPrefix(key, "Section_Data_") || json.Unmarshal(raw, &list) != nil {
			continue
		}
		for _, entry := range list {
			for question, answer := range entry {
				id, _, _ := strings.Cut(question, "_")
				if answers[id] = ""; answer != nil {
					answers[id] = *answer
				}
			}
		}
	}
	return answers
}

// sameAnswers compares by id; field 31 is JSON in a string, so it is compared as JSON.
func sameAnswers(t *testing.T, want, got map[string]string) bool {
	same := true
	for id, w := range want {
		g := got[id]
		if id == "31" {
			var x, y any
			json.Unmarshal([]byte(w), &x)
			json.Unmarshal([]byte(g), &y)
			w, g = fmt.Sprint(x), fmt.Sprint(y)
		}
		if w != g {
			t.Errorf("answer %s: %q became %q", id, w, g)
			same = false
		}
	}
	return same
}

// TestOpenEditTakeAwayByHand is the same path with plain forms, as curl or a browser without JavaScript sends them.
func TestOpenEditTakeAwayByHand(t *testing.T) {
	t.Parallel()
	a := start(t)
	v := a.visitor()
	data, err := os.ReadFile(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	_, page, card := v.post("/cards/import", "text", string(data))
	if !strings.Contains(page, "WebCards answers") {
		t.Errorf("the page does not say what the text was read as")
	}
	status, _, where := v.post(card+"/sections/factors", "_method", "PUT", "answer.factors.relevant", "Skin tone & <light>", "next", "metrics")
	if status != 200 || where != card+"/sections/metrics" {
		t.Errorf("save and continue leads to %d %s", status, where)
	}
	if _, page := v.get(card + "/sections/factors"); !strings.Contains(page, "Skin tone &amp; &lt;light&gt;") {
		t.Error("the saved answer is not on the page")
	}
	if _, export := v.get(card + ".webcards.json"); !sameAnswers(t, map[string]string{"21": "Skin tone & <light>", "88": answersOf(t, data)["88"]}, answersOf(t, []byte(export))) {
		t.Error("export differs")
	}
	if status, original := v.get(card + "/original"); status != 200 || original != string(data) {
		t.Error("the original is not as it was pasted")
	}
	if status, _ := a.visitor().get(card); status != 404 {
		t.Errorf("a stranger gets %d", status)
	}
}

// TestWithoutScripts edits a card in Chromium with JavaScript off.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.withoutScripts()
	b.open("/")
	b.run(chromedp.Click(`button[value=datasheet]`), chromedp.WaitReady("#add-file"))
	b.run(chromedp.SendKeys(`[name="answer.motivation.purpose"]`, "To measure wounds"), chromedp.Click("#save-next"), chromedp.WaitReady(`[name="answer.composition.instances"]`))
	b.run(chromedp.SendKeys(`[name="answer.composition.instances"]`, "Photos"), chromedp.Click("#save"), chromedp.WaitReady(`[id="state-composition.instances"] time`))
	instances := b.value(`[name="answer.composition.instances"]`)
	b.run(chromedp.Click(`#outline a[href$="/motivation"]`), chromedp.WaitReady(`[name="answer.motivation.purpose"]`))
	purpose := b.value(`[name="answer.motivation.purpose"]`)
	if purpose != "To measure wounds" || instances != "Photos" {
		t.Errorf("saved %q and %q", purpose, instances)
	}
}

// TestTwoTabs shows what happens when one answer is changed in two tabs, and that different answers never conflict.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	a := start(t)
	one := a.browser()
	one.open("/")
	one.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	one.section("Intended use")
	two := one.tab(a)
	two.open(one.path())
	const uses, users = "intended_use.primary_uses", "intended_use.primary_users"
	one.typeInto(uses, "from tab one")
	one.saved(uses)
	two.typeInto(users, "other answer")
	two.saved(users)
	two.typeInto(uses, "from tab two")
	eventually(t, 10*time.Second, "conflict", func() bool { return strings.Contains(two.state(uses), "changed elsewhere") })
	if theirs := two.eval(`document.getElementById("conflict-` + uses + `").innerText`); !strings.Contains(theirs, "from tab one") || two.answer(uses) != "from tab two" {
		t.Errorf("both texts are to be seen: %q and %q", theirs, two.answer(uses))
	}
	if got := two.eval(`document.getElementById("saved").innerText`); !strings.Contains(got, "not saved") {
		t.Errorf("the header says %q", got)
	}
	two.run(chromedp.Click(`button[name=keep]`))
	two.soon("resolved", `String(document.querySelectorAll(".conflict").length)`, "0")
	one.open(one.path())
	if got := one.answer(uses) + "|" + one.answer(users); got != "from tab two|other answer" {
		t.Errorf("tab one reads %q", got)
	}
}

// TestServerAway types while the server is away: the page says so, the words stay, and they are saved when it is back.
func TestServerAway(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.open("/")
	b.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	b.section("Factors")
	a.kill()
	b.typeInto("factors.relevant", "typed while the server was away")
	eventually(t, 10*time.Second, "says not saved", func() bool { return strings.Contains(b.state("factors.relevant"), "Not saved yet") })
	a.again()
	b.saved("factors.relevant")
	v := b.eval(`fetch(location.href).then(r => r.text()).then(p => new DOMParser().parseFromString(p, "text/html").querySelector('[name="answer.factors.relevant"]').value)`)
	if v != "typed while the server was away" {
		t.Errorf("stored: %q", v)
	}
}

// TestNavigationIsSmall opens sections and looks at what goes over the wire.
func TestNavigationIsSmall(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.requested()
	b.open("/")
	b.eval(`new Promise(r => setTimeout(r, 300))`)
	var first float64
	for _, r := range b.requested() {
		first += r.bytes
	}
	if first > 60<<10 {
		t.Errorf("the first page costs %.0f bytes", first)
	}
	b.run(chromedp.Click(`button[value=datasheet]`), chromedp.WaitReady("#add-file"))
	b.requested()
	b.section("Composition") // the largest one
	requests := b.requested()
	if len(requests) != 1 || requests[0].bytes > 12<<10 {
		t.Errorf("opening a section took %+v", requests)
	}
	t.Logf("first page with everything: %.0f bytes; the largest section: %.0f bytes", first, requests[0].bytes)
	if u, _ := url.Parse(b.path()); !strings.HasSuffix(u.Path, "/sections/composition") {
		t.Errorf("the address is %s", u)
	}
	b.eval("history.back()")
	b.heading("Motivation")
}
