package format

import (
	"regexp"
	"strconv"

	"cardstock/card"
)

// An oldWriter writes a card as the old tool's file: every question of the old tool in its
// order, empty ones too, and then in each section what was added to it. What came from
// such a file goes back under its id; the rest gets ids that are not in use.
type oldWriter struct {
	form        *oldForm
	card        *card.Card
	sections    []*outSection
	ticked      map[int]string // metrics ticked in WebCards, by index
	sectionIDs  map[int]bool   // in use
	fieldIDs    map[int]bool
	nextSection int
	nextField   int
}

type outSection struct {
	id      int
	key     string // of our section, if it is one the old tool does not have
	title   string
	entries []value
}

var (
	ownField   = regexp.MustCompile(`^webcards\.([0-9]{1,9})(-[0-9]+)?$`)
	ownSection = regexp.MustCompile(`^webcards_([0-9]{1,9})$`)
)

func encodeWebCards(_ *card.Templates, c *card.Card) ([]byte, error) {
	form := &oldModel
	if c.Kind == card.Datasheet {
		form = &oldDatasheet
	}
	w := &oldWriter{form: form, card: c, sectionIDs: map[int]bool{}, fieldIDs: map[int]bool{}, nextSection: form.freeSection, nextField: form.freeField}
	w.reserveIDs()
	further := w.knownSections()
	for i := range c.Sections {
		w.added(&c.Sections[i])
	}
	if further != "" {
		w.add(w.out(35), 0, furtherMetrics, further)
	}
	if c.Title != "" {
		w.add(w.sections[0], 0, titleQuestion, c.Title)
	}
	return w.document(), nil
}

// numberIn returns the id in a key that our reader made, or 0.
func numberIn(pattern *regexp.Regexp, key string) int {
	if m := pattern.FindStringSubmatch(key); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

// reserveIDs finds the ids that are in use. All others get the first that are free, so that a card that was read from an export gets the same again.
func (w *oldWriter) reserveIDs() {
	for i := range w.card.Sections {
		s := &w.card.Sections[i]
		w.sectionIDs[numberIn(ownSection, s.Key)] = true
		for j := range s.Fields {
			w.fieldIDs[numberIn(ownField, s.Fields[j].Key)] = true
		}
	}
}

// freshSection is an id for a section. A datasheet's must not be those of a model card's sections, by which the two are told apart.
func (w *oldWriter) freshSection() int {
	for w.sectionIDs[w.nextSection] || w.form.kind == card.Datasheet && w.nextSection >= oldModel.sections[0].id && w.nextSection < oldModel.freeSection {
		w.nextSection++
	}
	w.nextSection++
	return w.nextSection - 1
}

// knownSections writes the old tool's own questions. It returns the rows of the metrics table
// that do not fit there, as the answer to a further question.
func (w *oldWriter) knownSections() (further string) {
	for i := range w.form.sections {
		s := &w.form.sections[i]
		out := &outSection{id: s.id, title: s.name}
		w.sections = append(w.sections, out)
		for _, q := range s.fields {
			answer := ""
			if f, _ := w.card.Field(q.key); f != nil {
				answer = f.Answer
			}
			if q.key == metricsKey {
				answer, further = w.metrics()
			}
			// Another question under this id, which our reader kept apart, stands in its place.
			if other, _ := w.card.Field("webcards." + strconv.Itoa(q.id)); answer != "" || other == nil {
				w.add(out, q.id, q.question, answer)
			}
		}
	}
	return further
}

func (w *oldWriter) metrics() (answer, further string) {
	f, _ := w.card.Field(metricsKey)
	ticked, _ := w.card.Field(tickedKey)
	w.ticked = tickedMetrics(ticked)
	if f == nil || f.Kind != card.Table || card.TableAnswer(f.ParseRows()) != f.Answer {
		answer, _ = oldMetrics(nil, w.ticked)
		if f != nil {
			further = f.Answer
		}
		return answer, further
	}
	answer, rows := oldMetrics(f.ParseRows(), w.ticked)
	return answer, card.TableAnswer(rows)
}

// added writes what the old tool does not ask: custom questions, and answers to questions of ours.
func (w *oldWriter) added(s *card.Section) {
	out := w.out(w.form.sectionOf(s.Key))
	if out == nil && s.Custom {
		out = w.extra(s)
	}
	for i := range s.Fields {
		f := &s.Fields[i]
		if w.asks(f) || f.Answer == "" && !f.Custom && !s.Custom {
			continue
		}
		if out == nil {
			out = w.extra(s)
		}
		w.add(out, numberIn(ownField, f.Key), f.Label, f.Answer)
	}
}

// asks reports whether the field has been written with the old tool's own questions.
func (w *oldWriter) asks(f *card.Field) bool {
	if f.Key == tickedKey && w.ticked != nil {
		return true
	}
	return w.form.asks(f.Key)
}

// out returns the written section with the id, or nil.
func (w *oldWriter) out(id int) *outSection {
	for _, s := range w.sections {
		if s.id == id && id != 0 {
			return s
		}
	}
	return nil
}

// extra starts a section the old tool does not have.
func (w *oldWriter) extra(s *card.Section) *outSection {
	id := numberIn(ownSection, s.Key)
	if id == 0 || w.out(id) != nil {
		id = w.freshSection()
	}
	out := &outSection{id: id, key: s.Key, title: s.Title}
	w.sections = append(w.sections, out)
	return out
}

// add writes an entry; id 0 means a fresh one.
func (w *oldWriter) add(s *outSection, id int, question, answer string) {
	if id == 0 {
		for w.fieldIDs[w.nextField] {
			w.nextField++
		}
		id = w.nextField
		w.nextField++
	}
	s.entries = append(s.entries, newObject(member{strconv.Itoa(id) + "_" + question, newText(answer)}))
}

func (w *oldWriter) document() []byte {
	root := newObject()
	for _, s := range w.sections {
		id := strconv.Itoa(s.id)
		root.members = append(root.members, member{"Section_Data_" + id, newList(s.entries)}, member{"Section_name_" + id, newText(s.title)})
	}
	return root.document()
}
