package format

import (
	"context"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"cardstock/card"
)

// An alias of YAML says at one place what stands at another. An edit of one of the two cannot leave it so: the aliases are written out then, and
// all else stays.

// mostAnchors are tried one after the other, so that only the aliases of one are written out; of more, all are.
const mostAnchors = 6

// mostAliases are written out; of more, none: the file is written anew then.
const mostAliases = 20_000

// freed are texts of a YAML document in which aliases are written out, of one anchor after the other, and at last of all.
func freed(ctx context.Context, text string) (texts []string) {
	nodes, err := readYAML(text)
	if err != nil {
		return nil
	}
	var names []string
	seen := map[string]bool{}
	aliases := 0
	eachNode(nodes, func(n *yaml.Node) {
		if n.Kind != yaml.AliasNode {
			return
		}
		if aliases++; !seen[n.Value] {
			seen[n.Value] = true
			names = append(names, n.Value)
		}
	})
	if aliases > mostAliases {
		return nil
	}
	if len(names) > 1 && len(names) <= mostAnchors {
		for _, name := range names {
			texts = append(texts, free(ctx, text, nodes, name))
		}
	}
	if len(names) > 0 {
		texts = append(texts, free(ctx, text, nodes, ""))
	}
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

func eachNode(nodes []*yaml.Node, visit func(n *yaml.Node)) {
	for _, n := range nodes {
		visit(n)
		eachNode(n.Content, visit)
	}
}

// free writes out the aliases of an anchor, or with "" of all; "" if it cannot.
func free(ctx context.Context, text string, nodes []*yaml.Node, anchor string) string {
	e := newYAMLEditor(newRevision(), text)
	budget := newYAMLBudget(len(text))
	eachNode(nodes, func(n *yaml.Node) {
		if n.Kind != yaml.AliasNode || anchor != "" && n.Value != anchor || e.failed {
			return
		}
		v, err := budget.value(n.Alias, 1)
		start, end, ok := e.region(n, 0)
		if err != nil || !ok || ctx.Err() != nil {
			e.fail()
			return
		}
		e.splices = append(e.splices, splice{start, end, yamlFlow(&v)})
	})
	if e.failed {
		return ""
	}
	text, _ = apply(text, e.splices)
	return text
}

// withoutAliases is a backer whose document says what the card says, after the aliases that stood in the way were written out; nil if there is none.
func withoutAliases(ctx context.Context, ts *card.Templates, c *card.Card, f *Format, d *Document, as string) *backer {
	if !d.yaml || !strings.Contains(d.text, "*") {
		return nil
	}
	for _, text := range freed(ctx, d.source) {
		of, is, err := openAs([]byte(text), as)
		if err != nil || is != f || ctx.Err() != nil {
			continue
		}
		if b, err := newBacker(ctx, ts, c, f, of); err == nil && b.card.Kind == c.Kind {
			if b.was = things(b.card); b.settle() {
				return b
			}
		}
	}
	return nil
}

// hush takes all that was said in answers out of the document and leaves the rest, if the card has no answer; it reports whether it did.
func (b *backer) hush() bool {
	for of, text := range things(b.now) {
		if of.what == anAnswer && !card.Blank(text) {
			return false
		}
	}
	r := newRevision()
	said := map[thing]string{}
	for of, text := range things(b.card) {
		if of.what == anAnswer && !card.Blank(text) {
			said[of] = text
		}
	}
	for _, from := range b.trace(said) {
		for _, s := range from {
			r.texts[s.value] = ""
		}
	}
	text, ok := b.revised(r)
	return ok && b.reread(text) && len(b.differences()) == 0 && b.samePictures()
}

// behindAnchor is where a node begins behind its anchor (&name), -1 if that is not known.
func (e *frontEditor) behindAnchor(n *yaml.Node) int {
	at := e.offset(n)
	if at < 0 {
		return -1
	}
	rest, ok := strings.CutPrefix(e.text[at:e.to], "&"+n.Anchor)
	if !ok {
		return at
	}
	bare := strings.TrimLeft(rest, " \t")
	if bare == rest || bare == "" || strings.ContainsAny(bare[:1], "\r\n") {
		return -1
	}
	return at + len(e.text[at:e.to]) - len(bare)
}
