package format

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cardstock/card"
)

// What a bill of materials says of a model and no question of the template asks for is a question of its own, and has its own place when the card is
// written as a bill again.

const cycloneDXPrefix = "cyclonedx."

// A billPlace is a path in a model, and what it can hold.
type billPlace struct {
	path string
	fits func(answer string) bool // nil if that is any text
	list bool                     // it is a list of texts
	each bool                     // what it stands in is a list of objects that have nothing else
}

var cycloneDXOwn = []billPlace{
	{path: "supplier.name"}, {path: "supplier.url", fits: areAddresses, list: true}, {path: "manufacturer.name"}, {path: "manufacturer.url", fits: areAddresses, list: true},
	{path: "authors.name", each: true}, {path: "author"}, {path: "group"}, {path: "description"}, {path: "copyright"}, {path: "cpe"}, {path: "purl"},
	{path: "modelCard.modelParameters.approach.type", fits: func(answer string) bool { return slices.Contains(learningApproaches, answer) }},
	{path: "modelCard.modelParameters.task"}, {path: "modelCard.modelParameters.architectureFamily"},
	{path: "modelCard.modelParameters.inputs.format", each: true}, {path: "modelCard.modelParameters.outputs.format", each: true},
	{path: "modelCard.considerations.performanceTradeoffs", list: true},
}

var learningApproaches = []string{"supervised", "unsupervised", "reinforcement-learning", "semi-supervised", "self-supervised"}

// twin is the number behind a key that was wanted before.
var twin = regexp.MustCompile(`-([0-9]+)$`)

// freeInBill reports whether any text can stand where a question of its own came from.
func freeInBill(key string) bool {
	key = twin.ReplaceAllString(key, "")
	return key == billPropertyKey || slices.ContainsFunc(cycloneDXOwn, func(p billPlace) bool { return p.key() == key && p.fits == nil })
}

// billPropertyKey is that of a property of another tool.
const billPropertyKey = cycloneDXPrefix + "property"

func (p billPlace) key() string { return cycloneDXPrefix + strings.ToLower(p.path) }

func (p billPlace) label() string { return words(strings.TrimPrefix(p.path, "modelCard.")) }

// ownOf takes the answers of one path, in the order in which they came.
func (t *taker) ownOf(p billPlace) (all []carried) {
	for n, key := 1, p.key(); ; n++ {
		if n > 1 {
			key = p.key() + "-" + strconv.Itoa(n)
		}
		f, s := t.card.Field(key)
		if f == nil || !f.Custom || unnumbered(f.Label) != p.label() || card.Blank(f.Answer) || p.fits != nil && (!p.fits(f.Answer) || f.Kind == card.Text && strings.Contains(f.Answer, "\n")) || n > 1 && !p.each {
			return all
		}
		t.take(key)
		all = append(all, carried{s, f})
	}
}

// placeOwn writes into a model what has its own place there.
func (t *taker) placeOwn(model *object) {
	for _, p := range cycloneDXOwn {
		above, name := cutLast(p.path)
		if p.each && t.has(cycloneDXPrefix+strings.ToLower(above)+".", p.key()) {
			continue // and nobody knows what belongs to which
		}
		all := t.ownOf(p)
		switch {
		case len(all) == 0:
		case p.each:
			var items []value
			for _, f := range all {
				items = append(items, texts(name, f.Answer))
			}
			model.place(above, newList(items))
		case p.list:
			is := all[0].value()
			if is.kind != listValue {
				is = newList([]value{is})
			}
			model.place(p.path, is)
		default:
			model.place(p.path, newText(all[0].Answer))
		}
	}
	if hashes := t.hashes(); len(hashes) > 0 {
		model.place("hashes", newList(hashes))
	}
}

// has reports whether the card has answers to questions whose keys begin so, but for those of one path.
func (t *taker) has(prefix, but string) bool {
	return slices.ContainsFunc(t.rest(), func(f carried) bool {
		return strings.HasPrefix(f.Key, prefix) && twin.ReplaceAllString(f.Key, "") != but
	})
}

var (
	hashAlgorithms = strings.Fields("MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3")
	hashContent    = regexp.MustCompile(`^([a-fA-F0-9]{32}|[a-fA-F0-9]{40}|[a-fA-F0-9]{64}|[a-fA-F0-9]{96}|[a-fA-F0-9]{128})$`)
)

// hashes takes the sums of a model if each has an algorithm.
func (t *taker) hashes() (list []value) {
	algorithms := t.ownOf(billPlace{path: "hashes.alg", each: true, fits: func(answer string) bool { return slices.Contains(hashAlgorithms, answer) }})
	contents := t.ownOf(billPlace{path: "hashes.content", each: true, fits: hashContent.MatchString})
	if len(algorithms) != len(contents) || t.has(cycloneDXPrefix+"hashes.", "") {
		for _, f := range append(algorithms, contents...) {
			t.leave(f.Key)
		}
		return nil
	}
	for i := range algorithms {
		list = append(list, texts("alg", algorithms[i].Answer, "content", contents[i].Answer))
	}
	return list
}

// billProperties are the answers that have no place. A property of another tool is what it was.
func (t *taker) billProperties() (properties []value) {
	n := 0
	for _, f := range t.rest() {
		name, key := propertyName(f.Field), billPropertyKey
		if n > 0 {
			key += "-" + strconv.Itoa(n+1)
		}
		if f.Key == key && !strings.HasPrefix(f.Label, propertyPrefix) { // they are numbered anew when they are read
			name = f.Label
			n++
		}
		properties = append(properties, texts("name", name, "value", f.Answer))
	}
	return properties
}
