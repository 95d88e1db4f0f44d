package format

import (
	"regexp"
	"strconv"
	"strings"

	"cardstock/card"
)

// webCardsFormat is what the older tool WebCards keeps of a card: answers by the id of
// their question (webcards_ids.go), in lists by the id of their section. A question or a
// section that its users added becomes a custom one named after its id, so that it goes
// back under the same id. The id of a session in the file is never looked at.
var webCardsFormat = &Format{
	Name: "webcards", Label: "WebCards answers", Use: "For the older tool WebCards", Suffix: ".webcards.json", MediaType: "application/json",
	Detect: detectWebCards, Decode: decodeWebCards, Encode: encodeWebCards, Keeps: keepsWebCards,
}

// The longest id is far longer than any real one, and short enough for an int and a key.
var (
	oldMember  = regexp.MustCompile(`^Section_(Data|name)_([0-9]{1,9})$`)
	oldEntry   = regexp.MustCompile(`(?s)^([0-9]{1,9})_(.*)$`)
	oldSession = "session_id"
)

// furtherMetrics is the question under which we write rows of the metrics table that are
// none of the old tool's six; titleQuestion that of a card's title, which it does not have.
const (
	furtherMetrics = "Further metrics"
	titleQuestion  = "Title of the card (from Cardstock)"
	tickedKey      = "webcards.31.ticked"
	metricsKey     = "quantitative_analyses.metrics"
)

func detectWebCards(d *Document) bool {
	if d.json == nil {
		return false
	}
	for _, m := range d.json.members {
		if oldMember.MatchString(m.name) {
			return true
		}
	}
	return false
}

// oldSectionID returns the id in a member's name and whether it is the data or the name.
func oldSectionID(name string) (id int, what string) {
	m := oldMember.FindStringSubmatch(name)
	if m == nil {
		return 0, ""
	}
	id, _ = strconv.Atoi(m[2])
	return id, m[1]
}

// oldFormOf tells the two kinds apart by the sections they have. A file of added sections
// only is a datasheet if their ids are all below those of model cards.
func oldFormOf(root *value) *oldForm {
	model, datasheet, high := 0, 0, false
	for _, m := range root.members {
		id, what := oldSectionID(m.name)
		switch {
		case what == "":
		case oldModel.section(id) != nil:
			model++
		case oldDatasheet.section(id) != nil:
			datasheet++
		case id >= oldModel.sections[0].id:
			high = true
		}
	}
	if datasheet > model || model == 0 && !high {
		return &oldDatasheet
	}
	return &oldModel
}

// An oldReader reads one file of the old tool.
type oldReader struct {
	*builder
	form    *oldForm
	titles  map[int]string
	further bool // rows for the metrics table have come
	shapes
}

func decodeWebCards(ts *card.Templates, d *Document) (*Result, error) {
	form := oldFormOf(d.json)
	r := &oldReader{builder: newBuilder(ts, form.kind), form: form, titles: map[int]string{}}
	rest := r.names(d.json.members)
	for i := range rest {
		m := &rest[i]
		if id, what := oldSectionID(m.name); what == "Data" {
			r.data(id, &m.value)
		} else if m.value.plain() != "" {
			r.custom(r.section("webcards_other", otherTitle), "webcards.other", m.name, m.value.plain())
		}
	}
	r.bareSections(d.json.members)
	for _, note := range r.shapes.notes() {
		r.note(note)
	}
	return r.result(), nil
}

// bareSections adds sections that have a name and no data.
func (r *oldReader) bareSections(members []member) {
	for _, m := range members {
		if id, what := oldSectionID(m.name); what == "name" && r.form.section(id) == nil {
			r.home(id)
		}
	}
}

// names takes the sections' names out of the members and returns the others; the names come
// after the data in the file, and a section needs its name before its data is read.
func (r *oldReader) names(members []member) (rest []member) {
	for _, m := range members {
		id, what := oldSectionID(m.name)
		_, twice := r.titles[id]
		switch {
		case m.name == oldSession:
		case what == "name" && m.value.kind == textValue && !twice:
			r.titles[id] = m.value.text
			r.noteRenamed(id)
		default:
			rest = append(rest, m)
		}
	}
	return rest
}

// noteRenamed says so when a section that has its place here was called something else.
func (r *oldReader) noteRenamed(id int) {
	s, title := r.form.section(id), strings.TrimSpace(r.titles[id])
	if s == nil || title == "" || strings.EqualFold(title, s.name) {
		return
	}
	if home := r.card.Section(s.home); home != nil && !strings.EqualFold(title, home.Title) {
		r.note("The section called “" + brief(title) + "” in the file is “" + home.Title + "” here.")
	}
}

// data reads the answers of a section: a list of objects with one entry each, and what
// else people's scripts made of it.
func (r *oldReader) data(id int, v *value) {
	s := r.home(id)
	switch v.kind {
	case nullValue:
	case listValue:
		for i := range v.items {
			r.entries(id, &v.items[i])
		}
	case objectValue:
		r.unlisted++
		r.entries(id, v)
	default:
		r.custom(s, "webcards.entry", s.Title, v.plain())
	}
}

func (r *oldReader) entries(section int, v *value) {
	if v.kind != objectValue && v.plain() != "" {
		r.custom(r.home(section), "webcards.entry", "Entry without a question", v.plain())
	}
	for i := range v.members {
		r.entry(section, v.members[i].name, &v.members[i].value)
	}
}

// home is the section of ours that takes questions added to the old section.
func (r *oldReader) home(id int) *card.Section {
	if s := r.form.section(id); s != nil {
		return r.section(s.home, s.name)
	}
	title := strings.TrimSpace(r.titles[id])
	for i := range r.card.Sections {
		if s := &r.card.Sections[i]; !s.Custom && s.Title == title { // our exports call one so
			return s
		}
	}
	if title == "" {
		title = "Section " + strconv.Itoa(id)
	}
	return r.section("webcards_"+strconv.Itoa(id), title)
}

// entry puts one answer where it belongs: by the id of its question, with the words of the
// question as a check. What fits nowhere, or a second answer to the same question, is kept
// as a custom question.
func (r *oldReader) entry(section int, name string, v *value) {
	answer := v.plain()
	if v.kind == listValue && len(v.items) > 0 {
		r.listed++
	}
	m := oldEntry.FindStringSubmatch(name)
	if m == nil {
		r.custom(r.home(section), "webcards.entry", name, answer)
		return
	}
	id, _ := strconv.Atoi(m[1])
	q := r.known(section, id, m[2])
	switch {
	case q != nil && q.key == metricsKey && r.metrics(answer):
	case q != nil && q.key != metricsKey && r.set(q.key, answer):
	case q == nil && r.ours(m[2], answer), q == nil && r.asked(section, m[2], answer):
	default:
		label := m[2]
		if strings.TrimSpace(label) == "" {
			label = "Question " + m[1]
		}
		r.custom(r.home(section), "webcards."+strconv.Itoa(id), label, answer)
	}
}

// known returns the question of the old tool that the entry answers, or nil.
func (r *oldReader) known(section, id int, question string) *oldField {
	q := r.form.field(id)
	if q == nil || r.form.section(section) == nil {
		return nil
	}
	texts := []string{q.question}
	if help := r.help.Field(q.key); help != nil {
		texts = append(texts, help.Label, help.Hint)
	}
	if !sameQuestion(question, texts...) {
		return nil
	}
	return q
}

// asked answers a question of ours that the old tool does not ask, and that our exports add to it in its own words.
func (r *oldReader) asked(section int, question, answer string) bool {
	for i := range r.card.Sections {
		s := &r.card.Sections[i]
		if s.Custom || s != r.home(section) && r.form.sectionOf(s.Key) != section {
			continue
		}
		for j := range s.Fields {
			if f := &s.Fields[j]; !f.Custom && f.Label == question && !r.form.asks(f.Key) {
				return answer != "" && r.set(f.Key, answer)
			}
		}
	}
	return false
}

// ours takes back what our own export had to add to the file.
func (r *oldReader) ours(question, answer string) bool {
	switch question {
	case titleQuestion:
		title, err := card.CheckTitle(answer)
		if err != nil || title != answer || r.card.Title != "" {
			return false
		}
		r.card.Title = title
		return true
	case furtherMetrics:
		return r.appendMetrics(answer)
	}
	return false
}
