package attach

import (
	"path"
	"slices"
	"strings"
)

// endings are how files of each media type are named, the first where one is given.
var endings = map[string][]string{
	PNG: {".png"}, JPEG: {".jpg", ".jpeg"}, WebP: {".webp"}, GIF: {".gif"}, SVG: {".svg"}, CSV: {".csv", ".tsv", ".txt"},
}

// NameFor is the name under which a file is saved. What it says the file is, is what the file is: a table that came as page.html would
// be opened as a page.
func NameFor(name, mediaType string) string {
	known := endings[mediaType]
	if len(known) == 0 || slices.Contains(known, strings.ToLower(path.Ext(name))) {
		return name
	}
	return name + known[0]
}
