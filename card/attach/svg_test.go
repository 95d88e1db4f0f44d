package attach

import (
	"encoding/base64"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"cardstock/card"
)

// plot is what a plotting library writes, shortened.
const plot = `<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460.8pt" height="345.6pt" viewBox="0 0 460.8 345.6" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x>SECRET-OF-THE-MAKER</x></rdf:RDF></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style><clipPath id="p1"><rect x="1" y="1" width="9" height="9"/></clipPath>
 <path id="m1" d="M 0 0 L 0 3.5" style="stroke: #000000; stroke-width: 0.8"/></defs>
 <g id="axes"><use xlink:href="#m1" x="57.6" y="307"/><path d="M 1 2 L 3 4" clip-path="url(#p1)" style="fill: none; stroke: #1f77b4; clip-path: url(#p1)"/>
 <text style="font: 10px sans-serif; text-anchor: middle" x="9" y="8">α &lt; 0.05 &amp; more</text></g>
</svg>`

func TestAPlotStaysAPlot(t *testing.T) {
	f, err := Clean([]byte(plot))
	if err != nil || f.MediaType != SVG || f.Width != 614 || f.Height != 461 {
		t.Fatalf("%+v, %v", f, err)
	}
	out := string(f.Bytes)
	for _, part := range []string{`xlink:href="#m1"`, `clip-path="url(#p1)"`, `stroke: #1f77b4;clip-path: url(#p1)`, "α &lt; 0.05 &amp; more", "stroke-linejoin: round", `d="M 0 0 L 0 3.5"`} {
		if !strings.Contains(out, part) {
			t.Errorf("%s is gone:\n%s", part, out)
		}
	}
	if strings.Contains(out, secret) || strings.Contains(out, "DOCTYPE") || strings.Join(f.Removed, ", ") != others+", "+metadata {
		t.Errorf("removed %q, left:\n%s", f.Removed, out)
	}
}

func TestADrawingWithoutASizeGetsOne(t *testing.T) {
	f, err := Clean([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="0 0 200 80"><rect width="3" height="3"/></svg>`))
	if err != nil || f.Width != 200 || f.Height != 80 || !strings.Contains(string(f.Bytes), ` width="200" height="80"`) || strings.Contains(string(f.Bytes), "100%") {
		t.Errorf("%s, %v", f.Bytes, err)
	}
}

// hostile are drawings that run, load, link, or hide one of these; each holds EVIL where it must not get through.
var hostile = map[string]string{
	"a script":                 `<script>EVIL</script>`,
	"a script by prefix":       `<s:script xmlns:s="http://www.w3.org/2000/svg">EVIL</s:script>`,
	"a script of HTML":         `<h:script xmlns:h="http://www.w3.org/1999/xhtml">EVIL</h:script>`,
	"an event":                 `<rect onload="EVIL" width="1" height="1"/>`,
	"an event in capitals":     `<rect ONCLICK="EVIL"/>`,
	"a foreign object":         `<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><p>EVIL</p></body></foreignObject>`,
	"a link":                   `<a xlink:href="javascript:EVIL"><text>press</text></a>`,
	"an image elsewhere":       `<image xlink:href="https://EVIL.example/x.png"/>`,
	"an image by href":         `<image href="//EVIL.example/x.png"/>`,
	"an image as SVG":          `<image xlink:href="data:image/svg+xml;base64,EVIL"/>`,
	"an image that is none":    `<image xlink:href="data:image/png;base64,` + "EVIL" + `"/>`,
	"use elsewhere":            `<use xlink:href="https://EVIL.example/x.svg#a"/>`,
	"use of data":              `<use href="data:image/svg+xml,EVIL"/>`,
	"an animation":             `<animate attributeName="href" to="javascript:EVIL"/>`,
	"set":                      `<set attributeName="onload" to="EVIL"/>`,
	"style with url":           `<rect style="fill: url(https://EVIL.example/x)"/>`,
	"style with an escape":     `<rect style="fill: \75rl(https://EVIL.example/x)"/>`,
	"style with a comment":     `<rect style="fill: u/**/rl(EVIL)"/>`,
	"style with image-set":     `<rect style="background: image-set('EVIL' 1x)"/>`,
	"a sheet with import":      `<style>@import "https://EVIL.example/x.css";</style>`,
	"a sheet with url":         `<style>rect { fill: URL(https://EVIL.example/x) }</style>`,
	"a sheet in pieces":        `<style>rect { fill: u<![CDATA[rl(https://EVIL.example/x)]]> }</style>`,
	"a font":                   `<style>@font-face { src: url(EVIL) }</style>`,
	"fill elsewhere":           `<rect fill="url(https://EVIL.example/x#a)"/>`,
	"a filter image":           `<filter><feImage href="https://EVIL.example/x"/></filter>`,
	"a sheet by name":          `<?xml-stylesheet href="https://EVIL.example/x.css"?><rect/>`,
	"a comment":                `<!-- EVIL -->`,
	"other data":               `<sodipodi:namedview xmlns:sodipodi="x" inkscape:export="EVIL"/>`,
	"an attribute of Inkscape": `<rect xmlns:i="x" i:path="/home/EVIL"/>`,
	"base":                     `<g xml:base="https://EVIL.example/"><rect/></g>`,
	"audio":                    `<audio src="EVIL"/>`,
	"a frame":                  `<iframe src="EVIL"/>`,
	"text cut in a tag":        `<title>&lt;/title&gt;&lt;script&gt;</title><desc onclick="EVIL">x</desc>`,
}

func TestHostileDrawings(t *testing.T) {
	for name, part := range hostile {
		text := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="EVIL" viewBox="0 0 9 9"><circle r="3"/>` + part + `</svg>`
		f, err := Clean([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out := string(f.Bytes)
		if strings.Contains(out, "EVIL") || strings.Contains(out, "<script") || !strings.Contains(out, `<circle r="3">`) || len(f.Removed) == 0 {
			t.Errorf("%s: removed %q, left %s", name, f.Removed, out)
		}
		onlyKnown(t, name, out)
	}
}

// onlyKnown reads a cleaned drawing as a browser does: there is no element and no attribute that is not on the lists.
func onlyKnown(t *testing.T, name, out string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(out))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: it is broken now: %v\n%s", name, err, out)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Space != svgSpace || !elements[e.Name.Local] {
			t.Errorf("%s: an element %v", name, e.Name)
		}
		for _, a := range e.Attr {
			if !attributes[a.Name.Local] && a.Name.Local != "href" && a.Name.Local != "xmlns" && a.Name.Space != "xmlns" && a.Name.Space != xmlSpace {
				t.Errorf("%s: an attribute %v", name, a.Name)
			}
		}
	}
}

// A picture inside a drawing is cleaned like any other.
func TestAPictureInADrawing(t *testing.T) {
	inner := base64.StdEncoding.EncodeToString(pngWith(t))
	f, err := Clean([]byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="data:image/png;base64,` + inner + `"/></svg>`))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(f.Bytes), "base64,")
	data, err := base64.StdEncoding.DecodeString(rest[:strings.IndexByte(rest, '"')])
	if !ok || err != nil || strings.Contains(string(data), secret) || !strings.HasPrefix(string(data), pngStart) {
		t.Errorf("%v: the picture is gone, or tells of its maker", err)
	}
	if !strings.Contains(strings.Join(f.Removed, ", "), place) {
		t.Errorf("removed %q", f.Removed)
	}
}

func TestBrokenDrawings(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>`
	for name, tt := range map[string]struct {
		text string
		code card.Code
	}{
		"not closed":  {`<svg xmlns="http://www.w3.org/2000/svg"><g>`, card.Invalid},
		"entities":    {bomb, card.Invalid},
		"Latin-1":     {`<?xml version="1.0" encoding="iso-8859-1"?><svg xmlns="http://www.w3.org/2000/svg"/>`, card.Invalid},
		"deep":        {`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat("<g>", 200) + strings.Repeat("</g>", 200) + `</svg>`, card.TooLarge},
		"deep unseen": {`<svg xmlns="http://www.w3.org/2000/svg"><x>` + strings.Repeat("<g>", 200) + strings.Repeat("</g>", 200) + `</x></svg>`, card.TooLarge},
		"large":       {`<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="2"/>`, card.TooLarge},
		"another svg": {`<svg xmlns="http://example.org/other"><g/></svg>`, card.Invalid},
	} {
		if _, err := Clean([]byte(tt.text)); card.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
