package format

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cardstock/card"
)

// croissantFormat is a datasheet as Croissant 1.0 has it (MLCommons), JSON-LD that search engines for data and loaders read, with the
// vocabulary for responsible AI (RAI 1.0). What neither has a property for stands in schema.org's additionalProperty, named by the question.
var croissantFormat = &Format{
	Name: "croissant", Label: "Croissant", Use: "Version 1.0, for search engines of datasets and for loaders", Suffix: ".croissant.json", MediaType: "application/ld+json",
	Detect: detectCroissant, Decode: decodeCroissant, Encode: encodeCroissant,
	Keeps: func(*Document, map[string]string) bool { return true }, Complete: completeCroissant, Kind: card.Datasheet,
	Needs: needsCroissant,
}

// croissantVersion stands alone: the reference reader, mlcroissant 1.0, takes a list with the version of the vocabulary for responsible AI for an
// error, though that wants to be declared, too.
const croissantVersion = "http://mlcommons.org/croissant/1.0"

// croissantContext is what the specification gives as the context.
var croissantContext = func() value {
	v := newObject(member{"@language", newText("en")}, member{"@vocab", newText("https://schema.org/")})
	for _, name := range []string{"citeAs", "column", "conformsTo", "cr", "data", "dataType", "dct", "examples", "extract", "field",
		"fileProperty", "fileObject", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path",
		"rai", "recordSet", "references", "regex", "repeated", "replace", "sc", "separator", "source", "subField", "transform"} {
		to := newText("cr:" + name)
		switch name {
		case "conformsTo":
			to = newText("dct:conformsTo")
		case "cr":
			to = newText("http://mlcommons.org/croissant/")
		case "rai":
			to = newText("http://mlcommons.org/croissant/RAI/")
		case "dct":
			to = newText("http://purl.org/dc/terms/")
		case "sc":
			to = newText("https://schema.org/")
		case "data", "examples":
			to = newObject(member{"@id", to}, member{"@type", newText("@json")})
		case "dataType":
			to = newObject(member{"@id", to}, member{"@type", newText("@vocab")})
		}
		v.members = append(v.members, member{name, to})
	}
	return v
}()

// croissantTexts are properties whose value is the answer, in the order in which they are written.
var croissantTexts = [][2]string{
	{"version", "version.name"}, {"rai:dataCollection", "collection.acquisition"}, {"rai:dataCollectionMissingData", "composition.missing"},
	{"rai:dataCollectionRawData", "preprocessing.raw_data"}, {"rai:dataPreprocessingProtocol", "preprocessing.done"}, {"rai:dataAnnotationProtocol", "composition.labels"},
	{"rai:personalSensitiveInformation", "composition.sensitive"}, {"rai:dataUseCases", "uses.other_tasks"}, {"rai:dataSocialImpact", "uses.future_impact"},
	{"rai:dataLimitations", "uses.unsuitable"}, {"rai:dataReleaseMaintenancePlan", "maintenance.updates"},
}

// croissantPlaces is where what is read goes.
var croissantPlaces = func() map[string]string {
	places := map[string]string{"name": "motivation.name", "description": "motivation.purpose", "creator.name": "motivation.creators", "creator": "motivation.creators",
		"license": "distribution.license", "datePublished": "distribution.date"}
	for _, of := range croissantTexts {
		places[of[0]] = of[1]
	}
	return places
}()

// croissantOwn are properties that no question of the template asks for. A file's are questions under the names that they have there.
var croissantOwn = []string{"alternateName", "citeAs", "citation", "dateCreated", "dateModified", "identifier", "inLanguage", "keywords", "sameAs"}

const croissantPrefix = "croissant."

// What stands for an answer that the specification requires and the card does not have.
const (
	notStated = "Not stated"
	noPage    = "about:blank"
	noDay     = "0001-01-01"
)

var webAddress = regexp.MustCompile(`https?://[^\s<>"'()\[\]{}|\\^` + "`" + `]+`)

func encodeCroissant(ts *card.Templates, c *card.Card) ([]byte, error) {
	t := newTaker(c)
	or := func(key, otherwise string) string {
		if s := t.take(key); s != "" {
			return s
		}
		return otherwise
	}
	name := ts.DisplayName(c)
	if t.take("motivation.name") != name {
		t.leave("motivation.name") // the title is another
	}
	description := introductionOf(c)
	if f, _ := c.Field("motivation.purpose"); description == "" || f == nil || f.Answer != description { // else both are properties, or one would not be read
		description = or("motivation.purpose", cmp.Or(description, notStated))
	}
	v := newObject(member{"@context", croissantContext}, member{"@type", newText("sc:Dataset")},
		member{"conformsTo", newText(croissantVersion)},
		member{"name", newText(name)}, member{"description", newText(description)},
		member{"license", newText(cmp.Or(t.licence("distribution.license"), notStated))}, member{"url", newText(homePage(t))},
		member{"creator", newObject(member{"@type", newText("Organization")}, member{"name", newText(or("motivation.creators", notStated))})},
		member{"datePublished", newText(publishedOn(t))})
	for _, of := range croissantTexts {
		if s := t.take(of[1]); s != "" {
			v.members = append(v.members, member{of[0], newText(s)})
		}
	}
	for _, name := range croissantOwn {
		if is := t.own(name); is != nil {
			v.members = append(v.members, member{name, *is})
		}
	}
	for _, name := range []string{"distribution", "recordSet"} {
		is := newList(nil)
		if of := t.own(name); of != nil {
			is = *of
		}
		v.members = append(v.members, member{name, is})
	}
	if rest := t.rest(); len(rest) > 0 {
		v.members = append(v.members, member{"additionalProperty", properties(rest)})
	}
	return v.document(), nil
}

// The question that what stands above the headings of a README becomes.
const introduction, introductionKey = "Introduction", "readme.entry"

// introductionOf is what stands above the headings of the README that a card came from. It describes the dataset where the purpose is not answered.
func introductionOf(c *card.Card) string {
	if f, _ := c.Field(introductionKey); f != nil && f.Custom && f.Label == introduction && f.Answered() {
		return f.Answer
	}
	return ""
}

// repeatsIntroduction reports whether a description is the introduction, which is among the properties.
func repeatsIntroduction(root *value, text string) bool {
	all := root.get("additionalProperty")
	return all != nil && text != "" && slices.ContainsFunc(all.items, func(v value) bool {
		return said(v.get("propertyID")) == introductionKey && said(v.get("value")) == text
	})
}

// properties are answers without a property of their own.
func properties(rest []carried) value {
	var all []value
	for _, f := range rest {
		all = append(all, newObject(member{"@type", newText("PropertyValue")}, member{"propertyID", newText(f.Key)}, member{"name", newText(f.Label)},
			member{"description", newText(f.Section.Title)}, member{"value", newText(f.Answer)}))
	}
	return newList(all)
}

// own takes the answers that came from a property of that name, if they are called as they were; nil if there are none. There are several where a file too
// large for a question to each of its texts had a long list.
func (t *taker) own(name string) (is *value) {
	for _, f := range t.rest() {
		if f.Label != words(name) || !strings.HasPrefix(f.Key, croissantPrefix+strings.ToLower(name)) {
			continue
		}
		v := f.value()
		if of := parseStructure(f.Answer); f.Section.Key == extrasKey && of != nil {
			v = *of
		} else if !slices.Contains(croissantOwn, name) {
			continue
		}
		switch {
		case is == nil:
			is = &v
		case is.kind == listValue && v.kind == listValue:
			is.items = append(is.items, v.items...)
		default:
			continue
		}
		t.take(f.Key)
	}
	return is
}

// homePage is the page that the file had, or the first web address that the answers about where the data are give.
func homePage(t *taker) string {
	if f, _ := t.card.Field(croissantPrefix + "url"); f != nil && f.Answer != "" && webAddress.FindString(f.Answer) == f.Answer {
		return t.take(f.Key)
	}
	for _, key := range []string{"distribution.method", "maintenance.host", "uses.repository"} {
		if f, _ := t.card.Field(key); f != nil {
			if found := webAddress.FindString(f.Answer); found != "" {
				return strings.TrimRight(found, ".,;:!?*_")
			}
		}
	}
	return noPage
}

// publishedOn is a day of the answers, as the specification wants one.
func publishedOn(t *taker) string {
	if s := t.take("distribution.date"); isDay(s) {
		return s
	}
	t.leave("distribution.date")
	if f, _ := t.card.Field("version.date"); f != nil && isDay(f.Answer) {
		return f.Answer // which stays in the properties, too
	}
	return noDay
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// detectCroissant wants a dataset that says it conforms, or has the context.
func detectCroissant(d *Document) bool {
	kind := said(d.json.get("@type"))
	if !slices.Contains([]string{"sc:Dataset", "Dataset", "schema:Dataset", "http://schema.org/Dataset", "https://schema.org/Dataset"}, kind) {
		return false
	}
	about := said(d.json.get("conformsTo")) + said(d.json.get("dct:conformsTo")) + said(d.json.get("http://purl.org/dc/terms/conformsTo")) + said(d.json.get("@context").get("cr"))
	return strings.Contains(about, "mlcommons.org/croissant")
}

func decodeCroissant(ts *card.Templates, d *Document) (*Result, error) {
	r := &treeReader{extras: extras{fold: d.fold}, builder: newBuilder(ts, card.Datasheet), places: croissantPlaces, prefix: croissantPrefix}
	var kept []value  // which go where nothing else has gone
	var page []*value // which our export may have taken from an answer
	for i := range d.json.members {
		m := &d.json.members[i]
		text := said(&m.value)
		switch name := croissantName(m.name); {
		case name == "@context" || name == "@type" || name == "conformsTo":
		case name == "url":
			page = append(page, &m.value)
		case name == "description" && repeatsIntroduction(d.json, text):
		case text == notStated || name == "datePublished" && text == noDay:
		case name == "additionalProperty" && m.value.kind == listValue:
			kept = append(kept, m.value.items...)
		case name == "creator" && m.value.kind == objectValue:
			r.creator(&m.value)
		default:
			r.walk(name, &m.value)
		}
	}
	for i := range kept {
		r.property(&kept[i])
	}
	r.finish()
	result := r.result()
	for _, v := range page {
		if text := said(v); text != noPage && text != homePage(newTaker(result.Card)) {
			r.walk("url", v)
		}
	}
	return result, nil
}

// creator walks what is said of the creator but for its type, which is not prose, and a name that says nothing.
func (r *treeReader) creator(v *value) {
	for i := range v.members {
		if m := &v.members[i]; m.name != "@type" && said(&m.value) != notStated {
			r.walk("creator."+m.name, &m.value)
		}
	}
}

// property puts an answer of ours back into its section, and keeps any other.
func (r *treeReader) property(v *value) {
	key, text := said(v.get("propertyID")), said(v.get("value"))
	if v.kind != objectValue || text == "" || v.get("value").kind >= listValue || !onlyMembers(v, []string{"@type", "propertyID", "name", "description", "value"}) {
		r.walk("additionalProperty", v)
		return
	}
	if key == "distribution.date" { // what else stands there was made for want of an answer that fits
		delete(r.parts, key)
	}
	if card.ValidKey(key) && r.set(key, text) {
		return
	}
	if !card.ValidKey(key) {
		key = r.prefix + "property"
	}
	r.custom(r.titled(said(v.get("description"))), key, cmp.Or(said(v.get("name")), key), text)
}

// titled is the section with a title, which is added if there is none.
func (r *treeReader) titled(title string) *card.Section {
	if title == "" {
		return r.section("other", otherTitle)
	}
	title, _ = card.CleanLine(title)
	for i := range r.card.Sections {
		if r.card.Sections[i].Title == shortened(title, card.MaxTitle) {
			return &r.card.Sections[i]
		}
	}
	name := keyFor(memberName(title))
	key := name
	for n := 2; r.card.Section(key) != nil; n++ {
		key = name + "_" + strconv.Itoa(n)
	}
	return r.section(key, title)
}
