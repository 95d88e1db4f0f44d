package card

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

const resultsKey = "quantitative_analyses.metrics"

// full is a card of a kind with nothing to find in it.
func full(t testing.TB, kind Kind) *Card {
	t.Helper()
	c := templates(t).Get(string(kind)).New()
	special := map[string]string{
		resultsKey:                    `[{"metric":"Dice","slice":"all","value":"0.91"},{"lower":"0.81","metric":"Dice","slice":"type V","upper":"0.93","value":"0.88"}]`,
		"model_details.license":       "Apache-2.0",
		"distribution.license":        "Under CC-BY-4.0, free of charge.",
		"model_details.owner_contact": "team@wounds.org",
		"maintenance.contact":         "https://wounds.org/contact",
		"governance.reviews":          `[{"date":"2025-11-10","who":"Council"}]`,
		"governance.people":           `[{"name":"R. Okafor"}]`,
		"composition.sensitive":       "No, these are photos of machines.",
		"composition.identifiable":    "No, there are no people in it.",
		"governance.status":           "in review",
		"evaluation_data.datasets":    "The test split of the photos.",
		"training_data.description":   "The training split of the photos.",
		"model_details.type":          "It outlines cracks in photos.",
		"intended_use.primary_uses":   "Measuring cracks in bridges from photos.",
		"intended_use.primary_users":  "Engineers who inspect many bridges.",
		"intended_use.out_of_scope":   "Anything that is not a bridge.",
	}
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			f := &c.Sections[i].Fields[j]
			answer, is := special[f.Key]
			switch {
			case is:
				f.Answer = answer
			case f.Kind == Date:
				f.Answer = "2025-11-10"
			case f.Kind == Number:
				f.Answer = "41.5"
			default:
				f.Answer = "A proper answer about " + strings.ToLower(f.Label)
			}
		}
	}
	return c
}

// with changes answers of a card: pairs of key and answer.
func with(t testing.TB, c *Card, pairs ...string) *Card {
	t.Helper()
	c = c.Clone()
	for i := 0; i < len(pairs); i += 2 {
		f, _ := c.Field(pairs[i])
		if f == nil {
			t.Fatalf("no question %s", pairs[i])
		}
		f.Answer = pairs[i+1]
	}
	return c
}

// ids lists what a report finds: rule and question.
func ids(r *Report) []string {
	list := []string{}
	for _, f := range r.Findings {
		list = append(list, f.Rule.ID+" "+f.Field)
	}
	return list
}

func TestNothingIsFoundInAFullCard(t *testing.T) {
	for _, kind := range []Kind{Model, Datasheet} {
		if r := templates(t).Inspect(full(t, kind), day); len(r.Findings) > 0 || r.Score != 100 {
			t.Errorf("%s: score %d, %v", kind, r.Score, ids(r))
		}
	}
}

// TestRules has for each rule changes to a full card that make it speak, exactly as said, and others that do not.
func TestRules(t *testing.T) {
	const (
		measures, thresholds = "metrics.measures", "metrics.thresholds"
		mitigations, life    = "ethical_considerations.mitigations", "ethical_considerations.human_life"
		sensitive, uses      = "ethical_considerations.sensitive_data", "intended_use.primary_uses"
		people               = "composition.sensitive"
		contact, licence     = "model_details.owner_contact", "model_details.license"
	)
	tests := []struct {
		kind    Kind
		changes []string
		want    string // rules and questions, with commas between; "" for none
	}{
		{Model, []string{"evaluation_data.datasets", ""}, "metrics-without-data evaluation_data.datasets"},
		{Model, []string{"evaluation_data.datasets", "TBD"}, "metrics-without-data evaluation_data.datasets"},
		{Model, []string{"evaluation_data.datasets", "", resultsKey, ""}, "essential-empty evaluation_data.datasets, threshold-without-metric " + resultsKey},
		{Model, []string{measures, ""}, "metrics-without-measures " + measures},
		{Model, []string{measures, "", resultsKey, "", thresholds, ""}, "essential-empty " + measures + ", essential-empty " + resultsKey},
		{Model, []string{resultsKey, ""}, "threshold-without-metric " + resultsKey},
		{Model, []string{resultsKey, "", thresholds, ""}, "essential-empty " + resultsKey},
		{Model, []string{mitigations, ""}, "sensitive-without-mitigation " + mitigations},
		{Model, []string{mitigations, "", sensitive, "No, it only sees bridges."}, ""},
		{Model, []string{uses, "Triage of patients at night.", life, ""}, "high-stakes-without-ethics " + life},
		{Model, []string{uses, "Deciding who may go on parole.", life, "", mitigations, "", sensitive, "None: it sees numbers only."},
			"high-stakes-without-ethics " + life + ", high-stakes-without-ethics " + mitigations},
		{Model, []string{uses, "Triage of patients at night."}, ""},
		{Model, []string{uses, "Impatient engineers who inspect bridges.", life, ""}, ""},
		{Model, []string{"caveats.limitations", " "}, "essential-empty caveats.limitations"},
		{Datasheet, []string{"motivation.purpose", "[More Information Needed]"}, "essential-empty motivation.purpose"},
		{Datasheet, []string{"motivation.funding", ""}, ""},
		{Model, []string{"evaluation_data.datasets", "Photos of bridges, 2024.", "training_data.description", "photos of *bridges* 2024"}, "same-data evaluation_data.datasets"},
		{Model, []string{"evaluation_data.datasets", "Photos of bridges, 2024.", "training_data.description", "Photos of bridges, 2023."}, ""},
		{Model, []string{"factors.evaluation", "n/a"}, "factors-not-evaluated factors.evaluation"},
		{Model, []string{"caveats.further_testing", "TODO"}, "placeholder caveats.further_testing"},
		{Model, []string{"caveats.further_testing", "not applicable because nothing surprised us"}, ""},
		{Model, []string{sensitive, "Yes"}, "answer-too-short " + sensitive},
		{Model, []string{sensitive, "訓練データに健康情報は含まれていません。写真だけです"}, ""},
		{Datasheet, []string{"composition.count", "2,148 photos"}, ""},
		{Model, []string{resultsKey, `[{"metric":"Dice","value":"0.9"},{"metric":"Recall","value":"0.9"}]`}, "results-without-slices " + resultsKey},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"0.9"},{"metric":"Dice","value":"0.9"}]`}, ""},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"0.9"},{"metric":"Dice","slice":"dim"}]`}, "results-incomplete " + resultsKey},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"0.9"},{"metric":"Dice","slice":"dim","value":"quite good"}]`}, "result-without-number " + resultsKey},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"~0.9 (n = 12)","lower":"–"},{"metric":"Dice","slice":"dim","value":"٩٠٪"}]`}, ""},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"94 %","lower":"95 %"},{"metric":"Dice","slice":"dim","value":"1"}]`}, "value-outside-interval " + resultsKey},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"0.9","lower":"0.95","upper":"0.85"},{"metric":"Dice","slice":"dim","value":"1"}]`}, "interval-turned-round " + resultsKey},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"about 90 %","lower":"95 %","upper":"85 %"},{"metric":"Dice","slice":"dim","value":"1"}]`}, "interval-turned-round " + resultsKey},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"0.9","lower":"0.9","upper":"0.9"},{"metric":"Dice","slice":"dim","value":"1"}]`}, ""},
		{Model, []string{resultsKey, `[{"metric":"Dice","slice":"all","value":"0.9","lower":"about 0.95"},{"metric":"Dice","slice":"dim","value":"1"}]`}, ""},
		{Model, []string{"metrics.variation", ""}, "results-without-uncertainty metrics.variation"},
		{Model, []string{"factors.evaluation", ""}, "factors-not-evaluated factors.evaluation"},
		{Model, []string{"factors.evaluation", "", "factors.relevant", ""}, "essential-empty factors.relevant"},
		{Model, []string{licence, "Apache 2.0"}, "licence-unknown " + licence},
		{Model, []string{licence, "mit OR apache-2.0"}, ""},
		{Datasheet, []string{"distribution.license", "Ask us first, please."}, "licence-unknown distribution.license"},
		{Model, []string{"version.date", "2026-11-28"}, "date-in-future version.date"},
		{Model, []string{"version.date", "2026-11-26"}, ""}, // where its writer is, it may be that day
		{Model, []string{"governance.reviews", `[{"date":"2026-01-01"},{"date":"2027-01-01"}]`}, "date-in-future governance.reviews"},
		{Model, []string{contact, "The imaging group"}, "contact-leads-nowhere " + contact},
		{Model, []string{contact, "team@northmoor.example"}, "contact-leads-nowhere " + contact},
		{Model, []string{contact, "+44 (0)20 7946 0018"}, ""},
		{Model, []string{contact, "@wounds on the Hub"}, ""},
		{Model, []string{"version.name", "", "version.date", ""}, "version-missing version.name, version-missing version.date"},
		{Model, []string{"energy.region", ""}, "emissions-without-basis energy.region"},
		{Model, []string{"energy.region", "", "energy.co2eq", ""}, ""},
		{Model, []string{"governance.status", "approved", "governance.reviews", ""}, "approved-without-review governance.reviews"},
		{Model, []string{"governance.status", "draft", "governance.reviews", ""}, ""},
		{Datasheet, []string{people, "Yes, health data of everyone.", "collection.ethical_review", ""}, "sensitive-without-review collection.ethical_review"},
		{Datasheet, []string{"collection.ethical_review", ""}, ""},
		{Datasheet, []string{people, "Yes, health data of everyone.", "maintenance.retention", ""}, "people-without-retention maintenance.retention"},
		{Datasheet, []string{"maintenance.retention", ""}, ""},
	}
	spoke := map[string]bool{}
	for _, tt := range tests {
		r := templates(t).Inspect(with(t, full(t, tt.kind), tt.changes...), day)
		if got := strings.Join(ids(r), ", "); got != tt.want {
			t.Errorf("%s with %q: %s\nwant %s", tt.kind, tt.changes, got, tt.want)
		}
		for _, f := range r.Findings {
			spoke[f.Rule.ID] = true
		}
	}
	for _, r := range templates(t).Rules().Rules {
		if !spoke[r.ID] {
			t.Errorf("no test makes %s speak", r.ID)
		}
	}
}

func TestFindingsSayWhatExactly(t *testing.T) {
	for _, tt := range []struct{ changes, want string }{
		{"model_details.license=Apache 2.0", "Do you mean Apache-2.0?"},
		{"caveats.limitations=TBD", "This essential question has no answer. What stands there is only a placeholder."},
		{"version.date=2030-01-01", "This date has not come yet."},
		{"model_details.owner_contact=a@b.example", "for examples and lead nowhere"},
		{resultsKey + `=[{"metric":"A","slice":"x","value":"1"},{"metric":"A","slice":"y"}]`, "It is row 2."},
	} {
		key, answer, _ := strings.Cut(tt.changes, "=")
		r := templates(t).Inspect(with(t, full(t, Model), key, answer), day)
		if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Text(), tt.want) || strings.HasSuffix(r.Findings[0].Text(), " ") {
			t.Errorf("%s: %+v", tt.changes, r.Findings)
		}
	}
	c := with(t, full(t, Model), "intended_use.primary_users", "Nurses and patients at home.", "ethical_considerations.human_life", "")
	if got := templates(t).Inspect(c, day).Findings[0].Text(); !strings.HasSuffix(got, "“Primary users” mentions “patient”.") && !strings.HasSuffix(got, "mentions “patients”.") {
		t.Error(got)
	}
}

// Every rule names questions that its templates have.
func TestRulesNameQuestionsThatThereAre(t *testing.T) {
	rs := templates(t).Rules()
	for _, r := range rs.Rules {
		for _, key := range slices.Concat(r.Fields, r.Without, r.When, r.Needs) {
			if !slices.ContainsFunc(r.Kinds, func(k Kind) bool { return templates(t).Get(string(k)).Field(key) != nil }) {
				t.Errorf("%s: no template has %s", r.ID, key)
			}
		}
		for _, s := range []string{r.Says, r.Why, r.Good} {
			if !strings.HasSuffix(s, ".") {
				t.Errorf("%s: %q is no sentence", r.ID, s)
			}
		}
	}
	for _, key := range rs.Score.Without {
		if templates(t).Get("model").Field(key) == nil && templates(t).Get("datasheet").Field(key) == nil {
			t.Errorf("score: no template has %s", key)
		}
	}
	for name := range checks {
		if !slices.ContainsFunc(rs.Rules, func(r *Rule) bool { return r.Check == name }) {
			t.Errorf("no rule uses the check %s", name)
		}
	}
}

func TestWrongRules(t *testing.T) {
	const good = `{id: a, severity: advice, kinds: [model], check: short, essential: true, least: 3, says: A., why: B., source: C, good: D.}`
	parse := func(rule string) error {
		_, err := parseRules([]byte("score: {essential: 3, other: 1}\nrules: [" + rule + "]"))
		return err
	}
	if err := parse(good); err != nil {
		t.Fatal(err)
	}
	for _, change := range [][3]string{
		{"id: a", "id: A b", "id"}, {"advice", "grave", "severity"}, {"[model]", "[recipe]", "kinds"}, {"[model]", "[]", "kinds"},
		{"check: short", "check: guess", "guess"}, {"why: B.", `why: ""`, "why"}, {"least: 3", "least: 0", "short"}, {"essential: true, ", "", "short"},
		{"least", "most", "most"}, {"essential: true", "essential: true, fields: [a.b]", "both"}, {good, good + ", " + good, "two"},
	} {
		if err := parse(strings.Replace(good, change[0], change[1], 1)); err == nil || !strings.Contains(err.Error(), change[2]) {
			t.Errorf("%s instead of %s: %v", change[1], change[0], err)
		}
	}
	if _, err := parseRules([]byte("score: {essential: 0, other: 0}\nrules: []")); err == nil {
		t.Error("answers can be worth nothing")
	}
}

// An empty card says what is essential and nothing clever.
func TestFindingsOfAnEmptyCard(t *testing.T) {
	for _, tmpl := range templates(t).All() {
		c := tmpl.New()
		r := templates(t).Inspect(c, day)
		_, essential := tmpl.Counts()
		if r.Score != 0 || r.Essential() != essential || len(r.Findings) != essential+2 { // and the version
			t.Errorf("%s: score %d, %d essential of %d, %v", tmpl.Key, r.Score, r.Essential(), essential, ids(r))
		}
		for i := 1; i < len(r.Findings); i++ {
			if !r.Findings[i-1].Essential() && r.Findings[i].Essential() {
				t.Errorf("%s: an essential finding after advice", tmpl.Key)
			}
		}
		n := 0
		for _, s := range c.Sections {
			n += len(r.In(s.Key))
		}
		if n != len(r.Findings) {
			t.Errorf("%s: %d findings in sections, %d in all", tmpl.Key, n, len(r.Findings))
		}
	}
}

// What a file leaves out is not answered.
func TestQuestionsThatACardLacksCount(t *testing.T) {
	c := full(t, Model)
	whole := templates(t).Inspect(c, day)
	c.Sections = slices.DeleteFunc(c.Sections, func(s Section) bool { return s.Key == "caveats" })
	r := templates(t).Inspect(c, day)
	if len(r.Findings) != 1 || r.Findings[0].Field != "caveats.limitations" || !r.Findings[0].Absent || r.Points.Of != whole.Points.Of || r.Score >= 100 {
		t.Errorf("score %d, %+v", r.Score, r.Findings)
	}
	// The template of a card made elsewhere is not known: then only what it has counts.
	c.Template = "robot"
	if r := templates(t).Inspect(c, day); len(r.Findings) != 0 || r.Score != 100 {
		t.Errorf("score %d, %v", r.Score, ids(r))
	}
	// Questions of a visitor's own have neither findings nor points.
	c = full(t, Model)
	c.Sections[0].Fields = append(c.Sections[0].Fields, Field{Key: "custom.a", Label: "Why?", Kind: Text, Custom: true, Essential: true, Answer: "TBD"})
	if r := templates(t).Inspect(c, day); len(r.Findings) != 0 || r.Score != 100 {
		t.Errorf("score %d, %v", r.Score, ids(r))
	}
}

// randomAnswer makes answers good and bad.
func randomAnswer(rnd *rand.Rand, f *Field) string {
	texts := []string{"", "TBD", "n/a", "Yes", "no", "No, nothing of the kind is in it.", "A model for patients in a hospital.", "Apache 2.0", "MIT", "2031-01-01",
		"2020-01-01", "mail@example.org", "A proper answer of several words.", "0.9", "approved", "日本", "[{", strings.Repeat("long ", 300)}
	if f.Kind == Table && rnd.IntN(3) > 0 {
		rows := Rows{}
		for range rnd.IntN(4) {
			row := map[string]string{}
			for _, c := range f.Columns {
				row[c.Key] = texts[rnd.IntN(len(texts))]
			}
			rows = append(rows, row)
		}
		return TableAnswer(rows)
	}
	return texts[rnd.IntN(len(texts))]
}

func randomCard(t testing.TB, rnd *rand.Rand) *Card {
	all := templates(t).All()
	c := all[rnd.IntN(len(all))].New()
	if rnd.IntN(4) == 0 {
		i := rnd.IntN(len(c.Sections))
		c.Sections = slices.Delete(c.Sections, i, i+1)
	}
	share := rnd.IntN(5)
	for i := range c.Sections {
		for j := range c.Sections[i].Fields {
			if f := &c.Sections[i].Fields[j]; rnd.IntN(4) < share {
				f.Answer = randomAnswer(rnd, f)
			}
		}
	}
	return c
}

// To answer one more question never lowers the score, whatever the answer, and the same card on the same day has the same report.
func TestScoreNeverFallsWithAnAnswer(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 1))
	answers, rose := 0, 0
	for range 300 {
		c := randomCard(t, rnd)
		before := templates(t).Inspect(c, day)
		if again := templates(t).Inspect(c.Clone(), day); !reflect.DeepEqual(before, again) {
			t.Fatalf("seed %d: two reports of one card", seed)
		}
		if before.Score < 0 || before.Score > 100 || before.Points.Got > before.Points.Of {
			t.Fatalf("seed %d: score %d, %+v", seed, before.Score, before.Points)
		}
		for i := range c.Sections {
			for j := range c.Sections[i].Fields {
				f := &c.Sections[i].Fields[j]
				if f.Answered() {
					continue
				}
				was := f.Answer
				f.Answer = randomAnswer(rnd, f)
				after := templates(t).Inspect(c, day)
				if after.Points.Got < before.Points.Got || after.Points.Of != before.Points.Of || after.Score < before.Score {
					t.Fatalf("seed %d: with %q for %s the score falls from %d (%+v) to %d (%+v)", seed, f.Answer, f.Key, before.Score, before.Points, after.Score, after.Points)
				}
				answers++
				if after.Points.Got > before.Points.Got {
					rose++
				}
				f.Answer = was
			}
		}
	}
	if rose < answers/4 {
		t.Errorf("only %d of %d answers were worth anything", rose, answers)
	}
}

// Findings are looked up with each save: they must cost next to nothing.
func TestFindingsAreQuick(t *testing.T) {
	cards := map[string]*Card{"full": full(t, Model), "empty": templates(t).Get("model").New(), "datasheet": full(t, Datasheet)}
	for name, c := range cards {
		best := time.Hour
		for range 100 { // the best of many is what it takes, whatever else the machine does
			start := time.Now()
			templates(t).Inspect(c, day)
			best = min(best, time.Since(start))
		}
		t.Log(name, best)
		if best > 5*time.Millisecond { // 0.2 ms; under the race detector ten times as much
			t.Errorf("%s takes %v", name, best)
		}
	}
}
