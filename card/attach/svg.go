package attach

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"cardstock/card"
)

// Limits of one drawing, so that no browser chokes on it.
const (
	maxParts = 200_000 // elements
	maxDepth = 100
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
)

// elements are those that draw. What runs, animates, links, or brings in something else is not among them.
var elements = words(`svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath style image switch
	linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
	feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode
	feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence`)

// attributes are those that say how. A reference in one leads to another part of the same drawing.
var attributes = words(`id class style transform x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points width height viewBox preserveAspectRatio version
	pathLength rotate textLength lengthAdjust startOffset method spacing side offset gradientUnits gradientTransform spreadMethod patternUnits
	patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient
	fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset
	color opacity display visibility overflow clip-path clip-rule mask filter marker marker-start marker-mid marker-end paint-order vector-effect
	font-family font-size font-size-adjust font-style font-variant font-weight font-stretch text-anchor text-decoration text-rendering
	dominant-baseline alignment-baseline baseline-shift letter-spacing word-spacing writing-mode direction unicode-bidi white-space kerning
	shape-rendering image-rendering color-rendering color-interpolation color-interpolation-filters stop-color stop-opacity flood-color flood-opacity
	lighting-color pointer-events mix-blend-mode isolation transform-origin role lang type media
	in in2 result mode values operator k1 k2 k3 k4 stdDeviation edgeMode kernelMatrix order divisor bias targetX targetY preserveAlpha
	surfaceScale diffuseConstant specularConstant specularExponent kernelUnitLength scale xChannelSelector yChannelSelector azimuth elevation
	pointsAtX pointsAtY pointsAtZ limitingConeAngle baseFrequency numOctaves seed stitchTiles tableValues slope intercept amplitude exponent
	primitiveUnits radius aria-label aria-hidden aria-labelledby aria-describedby`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// isSVG reports whether the first element of a text is a drawing.
func isSVG(data []byte) bool {
	if start := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\uFEFF")), " \t\r\n"); len(start) == 0 || start[0] != '<' {
		return false
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		t, err := d.RawToken()
		if err != nil {
			return false
		}
		if e, ok := t.(xml.StartElement); ok {
			return e.Name.Local == "svg"
		}
	}
}

func cleanSVG(data []byte) (*File, error) {
	s := &svgCleaner{f: &File{MediaType: SVG}, drawn: newDrawnParts()}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = s.token(t)
		}
		var ours *card.Error
		if errors.As(err, &ours) {
			return nil, ours
		}
		if err != nil {
			line, _ := d.InputPos()
			return nil, card.Errorf(card.Invalid, "This SVG picture is broken at line %d: it is not well-formed XML in UTF-8. Save it again and send it once more.", line)
		}
	}
	if s.out.Len() == 0 {
		return nil, unknown(data)
	}
	if s.drawn.all() > maxDrawn {
		return nil, card.Errorf(card.TooLarge, "Parts of this drawing are used in other parts so often that more than %d would have to be drawn. Export it as PNG and send that.", maxDrawn)
	}
	s.out.WriteByte('\n')
	s.f.Bytes = s.out.Bytes()
	return s.f, nil
}

// An svgCleaner writes a drawing anew from what it knows: nothing that it does not know can get through.
type svgCleaner struct {
	f       *File
	out     bytes.Buffer
	open    []string
	skipped int // depth in an element that is left out
	parts   int
	style   *bytes.Buffer // the text of a style sheet that is being read
	drawn   *drawnParts
}

func (s *svgCleaner) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		return s.start(t)
	case xml.EndElement:
		s.end()
	case xml.CharData:
		switch {
		case s.skipped > 0 || len(s.open) == 0:
		case s.style != nil:
			s.style.Write(t)
		default:
			s.text(string(t))
		}
	case xml.Comment:
		s.f.remove(comments)
	case xml.Directive:
		s.f.remove(others)
	case xml.ProcInst:
		if t.Target != "xml" {
			s.f.remove(outside)
		}
	}
	return nil
}

func (s *svgCleaner) start(e xml.StartElement) error {
	if s.parts++; s.parts > maxParts || len(s.open)+s.skipped > maxDepth {
		return card.Errorf(card.TooLarge, "This drawing has more than %d parts, or parts in parts more than %d deep. Export it as PNG and send that.", maxParts, maxDepth)
	}
	name := e.Name.Local
	known := (e.Name.Space == svgSpace || e.Name.Space == "") && elements[name]
	if s.skipped > 0 || !known || s.style != nil {
		if s.skipped == 0 {
			s.f.remove(leftOut(name))
		}
		s.skipped++
		return nil
	}
	s.open = append(s.open, name)
	if name == "style" {
		s.drawn.start(nil)
		s.style = &bytes.Buffer{}
		return nil
	}
	s.out.WriteString("<" + name)
	if len(s.open) == 1 {
		s.out.WriteString(` xmlns="` + svgSpace + `" xmlns:xlink="` + xlinkSpace + `"`)
		s.measure(e)
	}
	kept := map[string]string{}
	if len(s.open) == 1 { // shown as a picture, a drawing without a size has none
		e.Attr = sized(e.Attr, s.f)
	}
	for _, a := range e.Attr {
		written, value := s.attribute(name, a)
		if _, twice := kept[written]; written == "" || twice {
			continue
		}
		kept[written] = value
		s.out.WriteString(" " + written + `="`)
		s.text(value)
		s.out.WriteString(`"`)
	}
	s.drawn.start(kept)
	s.out.WriteString(">")
	return nil
}

// leftOut names what an element that is left out is.
func leftOut(name string) string {
	switch strings.ToLower(name) {
	case "script":
		return scripts
	case "metadata", "namedview":
		return metadata
	}
	return foreign
}

func (s *svgCleaner) end() {
	if s.skipped > 0 {
		s.skipped--
		return
	}
	last := len(s.open) - 1
	name := s.open[last]
	s.open = s.open[:last]
	s.drawn.end()
	if name != "style" {
		s.out.WriteString("</" + name + ">")
		return
	}
	css := s.style.String()
	if s.style = nil; !harmless(css) {
		s.f.remove(outside)
		return
	}
	s.out.WriteString("<style>")
	s.text(css)
	s.out.WriteString("</style>")
}

// text writes text or the value of an attribute, escaped.
func (s *svgCleaner) text(t string) { _ = xml.EscapeText(&s.out, []byte(t)) } // a buffer never fails

// attribute returns the name and the value to be written, "" for an attribute that is left out.
func (s *svgCleaner) attribute(element string, a xml.Attr) (name, value string) {
	name, value = a.Name.Local, a.Value
	switch {
	case name == "href" && (a.Name.Space == xlinkSpace || a.Name.Space == ""):
		if value = s.reference(element, value); value == "" {
			s.f.remove(outside)
			return "", ""
		}
		return "xlink:href", value
	case a.Name.Space == xmlSpace && name == "space":
		return "xml:space", value
	case a.Name.Space == "xmlns" || name == "xmlns": // written anew
		return "", ""
	case a.Name.Space != "" || !attributes[name]:
		if strings.HasPrefix(strings.ToLower(name), "on") {
			s.f.remove(scripts)
		}
		return "", ""
	case name == "style":
		if value = s.declarations(value); value == "" {
			return "", ""
		}
	case !harmless(value) && !inside.MatchString(value):
		s.f.remove(outside)
		return "", ""
	}
	return name, value
}

// inside is a reference to another part of the same drawing, with a colour to fall back on.
var inside = regexp.MustCompile(`^\s*url\(\s*["']?#[A-Za-z0-9_.:-]+["']?\s*\)\s*[A-Za-z0-9#]*\s*$`)

// harmless reports whether style, or a value, refers to nothing and hides nothing: escapes and comments could spell url().
func harmless(css string) bool {
	if strings.ContainsAny(css, `@\<`) || strings.Contains(css, "/*") {
		return false
	}
	css = strings.ToLower(css)
	for _, word := range []string{"url", "expression", "javascript", "image(", "image-set", "src(", "behavior", "-moz-binding", "data:", "http:", "https:"} {
		if strings.Contains(css, word) {
			return false
		}
	}
	return true
}

// declarations keeps those of a style attribute that are harmless, or refer to a part of the drawing.
func (s *svgCleaner) declarations(style string) string {
	var kept []string
	for _, d := range strings.Split(style, ";") {
		_, value, _ := strings.Cut(d, ":")
		switch {
		case strings.TrimSpace(d) == "":
		case harmless(d), inside.MatchString(value):
			kept = append(kept, strings.TrimSpace(d))
		default:
			s.f.remove(outside)
		}
	}
	return strings.Join(kept, ";")
}

var fragment = regexp.MustCompile(`^#[A-Za-z0-9_.:-]+$`)

// reference returns what a reference may be: a part of the drawing, or for an image a PNG or JPEG in the drawing itself, cleaned.
func (s *svgCleaner) reference(element, value string) string {
	value = strings.TrimSpace(value)
	if element != "image" {
		if fragment.MatchString(value) {
			return value
		}
		return ""
	}
	head, data, _ := strings.Cut(value, ",")
	if head = strings.ToLower(head); head != "data:image/png;base64" && head != "data:image/jpeg;base64" && head != "data:image/jpg;base64" {
		return ""
	}
	picture, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		return ""
	}
	clean, err := Clean(picture)
	if err != nil || clean.MediaType != PNG && clean.MediaType != JPEG {
		return ""
	}
	for _, what := range clean.Removed {
		s.f.remove(what)
	}
	return "data:" + clean.MediaType + ";base64," + base64.StdEncoding.EncodeToString(clean.Bytes)
}

// measure reads the size of the drawing, in points of a screen.
func (s *svgCleaner) measure(root xml.StartElement) {
	var box []string
	for _, a := range root.Attr {
		switch a.Name.Local {
		case "width":
			s.f.Width = length(a.Value)
		case "height":
			s.f.Height = length(a.Value)
		case "viewBox":
			box = strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
		}
	}
	if (s.f.Width == 0 || s.f.Height == 0) && len(box) == 4 {
		s.f.Width, s.f.Height = length(box[2]), length(box[3])
	}
}

// sized gives a drawing whose size only its inner coordinates tell that size.
func sized(attributes []xml.Attr, f *File) []xml.Attr {
	for _, a := range attributes {
		if (a.Name.Local == "width" || a.Name.Local == "height") && length(a.Value) > 0 || f.Width == 0 || f.Height == 0 {
			return attributes
		}
	}
	return append([]xml.Attr{{Name: xml.Name{Local: "width"}, Value: strconv.Itoa(f.Width)}, {Name: xml.Name{Local: "height"}, Value: strconv.Itoa(f.Height)}}, attributes...)
}

// units are how many points of a screen a length of one is.
var units = map[string]float64{"": 1, "px": 1, "pt": 4. / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}

// length returns a length in points, 0 for one that depends on where the drawing is shown.
func length(s string) int {
	s = strings.ToLower(strings.TrimSpace(s))
	number := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz%")
	unit, ok := units[s[len(number):]]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !ok || n < 0 || n > 1e6 {
		return 0
	}
	return int(n*unit + .5)
}
