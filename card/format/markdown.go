package format

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	rendererhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Answers are Markdown. HTML in them is text like any other: the parsers for it are left out,
// so <b> is shown as it was typed. What goldmark makes is then filtered by a list of elements
// that can do nothing but show text. Both are safe to share between requests.
var (
	blockMarkdown  = newMarkdown(blockParsers(), tables, extension.Strikethrough, links)
	inlineMarkdown = newMarkdown([]util.PrioritizedValue{util.Prioritized(parser.NewParagraphParser(), 1000)},
		extension.Strikethrough, links)
	safeElements = newPolicy()
)

// tables align their cells by an attribute: a style would be filtered out.
var tables = extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))

// links makes links of addresses that stand in the text, web and mail only.
var links = extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))

// relation of every link: tells the linked site nothing and gives it no hold on the page.
const relation = "nofollow noopener noreferrer"

func newMarkdown(blocks []util.PrioritizedValue, extensions ...goldmark.Extender) goldmark.Markdown {
	p := parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500)),
		parser.WithASTTransformers(util.Prioritized(headings{}, 100)))
	return goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(extensions...), goldmark.WithRendererOptions(
		rendererhtml.WithHardWraps(),
		renderer.WithNodeRenderers(util.Prioritized(references{}, 1))))
}

// blockParsers are goldmark's own without the one for HTML. Without its paragraph
// transformer there are no link definitions either, which would swallow what was typed.
func blockParsers() []util.PrioritizedValue {
	return []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
}

// headings moves the headings of an answer below the question's h3.
type headings struct{}

func (headings) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			h.Level = min(h.Level+3, 6)
		}
		return ast.WalkContinue, nil
	})
}

// references renders what points elsewhere: only web and mail addresses become links, and an
// image becomes a link with its description, so that the reader's page fetches nothing.
type references struct{}

func (references) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		open, closing := anchor(n.(*ast.Link).Destination)
		if !entering {
			open = closing
		}
		_, _ = w.WriteString(open)
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindAutoLink, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		link := n.(*ast.AutoLink)
		address := link.URL(source)
		if link.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(address), []byte("mailto:")) {
			address = append([]byte("mailto:"), address...)
		}
		if open, closing := anchor(address); entering {
			_, _ = w.WriteString(open + html.EscapeString(string(link.Label(source))) + closing)
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindImage, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		open, closing := anchor(n.(*ast.Image).Destination)
		if insideLink(n) {
			open, closing = "", ""
		}
		if entering {
			_, _ = w.WriteString(open + html.EscapeString(description(n, source)) + closing)
		}
		return ast.WalkSkipChildren, nil
	})
}

// anchor returns the tags around a link to the address, or nothing if it is not one of the web or of mail.
func anchor(address []byte) (open, closing string) {
	u, err := url.Parse(string(util.URLEscape(address, true)))
	if err != nil || u.Scheme != "mailto" && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return "", ""
	}
	return `<a href="` + html.EscapeString(u.String()) + `" rel="` + relation + `">`, "</a>"
}

// description is the text an image has in place of what it shows.
func description(image ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(image, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(source))
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(source))
			}
		}
		return ast.WalkContinue, nil
	})
	if strings.TrimSpace(b.String()) == "" {
		return "picture"
	}
	return b.String()
}

func insideLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile("^" + relation + "$")).OnElements("a")
	p.AllowAttrs("align").Matching(regexp.MustCompile("^(left|center|right)$")).OnElements("th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	return p
}

// wide gives each table of an answer a container of its own to scroll in.
var wide = strings.NewReplacer("<table>", `<div class="wide" tabindex="0" role="group" aria-label="Table">`+"<table>", "</table>", "</table></div>")

// markdown renders an answer of several paragraphs.
func markdown(answer string) template.HTML { return render(blockMarkdown, answer) }

// markdownLine renders a line, in which "1. Name" is no list and "# 7" no heading.
func markdownLine(answer string) template.HTML {
	out := string(render(inlineMarkdown, answer))
	if inner, ok := strings.CutPrefix(out, "<p>"); ok && strings.Count(out, "<p>") == 1 {
		out = strings.TrimSuffix(strings.TrimSpace(inner), "</p>")
	}
	return template.HTML(out)
}

// render falls back to the text as it was typed: if reading it as Markdown would take long,
// or if nothing would be left of it.
func render(m goldmark.Markdown, answer string) template.HTML {
	if !tangled(answer) {
		var b bytes.Buffer
		if err := m.Convert([]byte(answer), &b); err == nil {
			out := safeElements.Sanitize(b.String())
			if visible(out) || strings.TrimSpace(answer) == "" {
				return template.HTML(wide.Replace(out))
			}
		}
	}
	return template.HTML("<pre>" + html.EscapeString(answer) + "</pre>")
}

var tag = regexp.MustCompile(`<[^>]*>`)

func visible(out string) bool {
	return strings.Contains(out, "<hr") || strings.TrimSpace(tag.ReplaceAllString(out, "")) != ""
}

// Limits of what is read as Markdown. goldmark's time grows with the square of the nesting and
// of the number of marks: 50,000 brackets take it seconds, these limits a few milliseconds.
const (
	maxMarks   = 4_000 // characters that may begin or end something inside a line
	maxNesting = 40    // quotes and list items opened by one line
)

var marking = func() (is [256]bool) {
	for _, c := range []byte("[]()*_~`!<") {
		is[c] = true
	}
	return is
}()

// opening is what opens quotes and items of lists at the beginning of a line, if anything does.
func opening(line string) string {
	if at := strings.TrimLeft(line, " \t"); at == "" || strings.IndexByte(">*+-0123456789", at[0]) < 0 { // most lines
		return ""
	}
	return openers.FindString(line)
}

var openers = regexp.MustCompile(`^(?:[ \t]*(?:[>*+-]|[0-9]{1,9}[.)]))+`)

// tangled reports whether an answer is so full of marks that it cannot be meant as Markdown.
func tangled(answer string) bool {
	if tableCells(answer) > maxCells {
		return true
	}
	marks := 0
	for line := range strings.Lines(answer) {
		for i := range len(line) {
			if marking[line[i]] {
				marks++
			}
		}
		opened := opening(line)
		if marks > maxMarks || len(opened)-strings.Count(opened, "\t") > 2*maxNesting {
			return true
		}
	}
	return false
}

// tableCells is the most cells that tables of an answer can have: goldmark gives every row as many as the header has. An empty line ends a table.
func tableCells(answer string) (cells int) {
	pipes, lines := 0, 0
	for line := range strings.Lines(answer) {
		if strings.Trim(line, " \t\r\n") == "" {
			cells, pipes, lines = cells+pipes*lines, 0, 0
			continue
		}
		pipes, lines = max(pipes, strings.Count(line, "|")), lines+1
	}
	return cells + pipes*lines
}

// Markdown renders text other than answers, such as a page the operator wrote, as safely as an answer.
func Markdown(text string) template.HTML { return markdown(text) }
