package attach

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
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
