package format

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxFileName is how long a file name may be before its suffix, in bytes: with the suffix it
// fits every file system, and a few directories around it fit Windows.
const maxFileName = 80

// reservedNames are devices on Windows, whatever suffix follows.
var reservedNames = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$`)

// FileName makes a file name of what a card is called. Letters and digits of any script stay;
// what a file system or a shell could take for something else becomes a hyphen. It is never
// empty, hidden or a device, and has at most 80 bytes before the suffix.
func FileName(displayName, suffix string) string {
	name := strings.Join(strings.FieldsFunc(displayName, func(r rune) bool { return r != ' ' && !nameable(r) }), "-")
	name = strings.Join(strings.Fields(name), " ")
	name = trimName(name)
	if len(name) > maxFileName {
		cut := maxFileName
		for !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = trimName(name[:cut])
	}
	device, _, _ := strings.Cut(name, ".")
	if name == "" || reservedNames.MatchString(strings.TrimSpace(device)) {
		name = strings.TrimSuffix("card-"+name, "-")
	}
	return name + suffix
}

// trimName takes away what hides a file, looks like an option, or Windows would drop.
func trimName(s string) string { return strings.Trim(s, " .-~") }

func nameable(r rune) bool {
	return r != utf8.RuneError && (unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.So) || strings.ContainsRune("-_.,+=()@#$~", r))
}

// Disposition is the value of a Content-Disposition header that saves an answer under the file
// name: in ASCII for old clients, and in UTF-8 as RFC 6266 and RFC 8187 have it.
func Disposition(fileName string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, fileName)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(fileName), "+", "%20")
}
