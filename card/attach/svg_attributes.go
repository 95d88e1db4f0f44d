package attach

import (
	"encoding/base64"
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

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
