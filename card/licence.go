package card

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed rules/licences.txt
var licencesText string

// licences are identifiers in lower case, each with how it is written; exceptions are those that stand behind WITH.
var licences, exceptions = readLicences(licencesText)

func readLicences(text string) (ids, with map[string]string) {
	ids, with = map[string]string{}, map[string]string{}
	for line := range strings.Lines(text) {
		words, into := strings.Fields(line), ids
		switch {
		case len(words) == 0 || words[0] == "#":
			continue
		case words[0] == "WITH":
			words, into = words[1:], with
		}
		for _, w := range words {
			into[strings.ToLower(w)] = w
		}
	}
	return ids, with
}

// KnownLicence reports whether a text is a licence expression of identifiers that SPDX or the Hub knows, in any case:
// "MIT", "apache-2.0", "(MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0)", "LicenseRef-ours".
func KnownLicence(text string) bool {
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))
	rest, ok := licenceTerms(words)
	return ok && len(rest) == 0
}

// licenceWord is a word of an expression.
var licenceWord = regexp.MustCompile(`[^\s()]+`)

// SPDXLicence returns an expression of licences as SPDX writes it: to people "mit" and MIT are one, programs compare letter by letter. A text that
// names no licence that is known comes back as it is.
func SPDXLicence(text string) string {
	if !KnownLicence(text) {
		return text
	}
	return licenceWord.ReplaceAllStringFunc(text, func(word string) string {
		low := strings.ToLower(word)
		if oneOfWords(low, "and", "or", "with") {
			return strings.ToUpper(word)
		}
		bare := strings.TrimSuffix(low, "+")
		if id := licences[bare]; id != "" && licences[low] == "" {
			return id + word[len(bare):]
		}
		return cmp.Or(licences[low], exceptions[low], word)
	})
}

// licenceTerms reads terms with AND or OR between them, and returns the words that follow.
func licenceTerms(words []string) (rest []string, ok bool) {
	for {
		if words, ok = licenceTerm(words); !ok || len(words) == 0 || !oneOfWords(words[0], "and", "or") {
			return words, ok
		}
		words = words[1:]
	}
}

func licenceTerm(words []string) (rest []string, ok bool) {
	if len(words) == 0 {
		return nil, false
	}
	if words[0] == "(" {
		rest, ok = licenceTerms(words[1:])
		if !ok || len(rest) == 0 || rest[0] != ")" {
			return nil, false
		}
		return rest[1:], true
	}
	if !licenceID(words[0]) {
		return nil, false
	}
	if len(words) > 2 && oneOfWords(words[1], "with") {
		return words[3:], exceptions[strings.ToLower(words[2])] != ""
	}
	return words[1:], true
}

var licenceRef = regexp.MustCompile(`^(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$`)

func licenceID(word string) bool {
	low := strings.ToLower(word)
	return licences[low] != "" || licences[strings.TrimSuffix(low, "+")] != "" || licenceRef.MatchString(word)
}

func oneOfWords(word string, words ...string) bool {
	return slices.Contains(words, strings.ToLower(word))
}

var webAddress = regexp.MustCompile(`(?i)\bhttps?://[^\s/]+\.[^\s/]`)

// namesLicence reports whether a text is, or mentions, a licence that is known, or links to the text of one. In a
// sentence a word counts if it looks like an identifier: Cube and Glide are licences, too.
func namesLicence(text string) bool {
	if KnownLicence(text) || webAddress.MatchString(text) {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`,;:()[]"'“”`, r) }) {
		word = strings.TrimRight(word, ".")
		if licenceID(word) && (strings.ContainsAny(word, "-0123456789") || len(word) > 2 && word == strings.ToUpper(word)) {
			return true
		}
	}
	return false
}

var (
	licenceNoise   = regexp.MustCompile(`\b(the|licen[cs]ed?|under|version|public)\b|\bv(\.|er)?\s*([0-9])|[^a-z0-9]`)
	licenceVersion = regexp.MustCompile(`([a-z])v([0-9])`)
)

// squeeze leaves of a licence's name what tells it from others: "Apache License, Version 2.0" is "apache20".
func squeeze(name string) string {
	name = licenceVersion.ReplaceAllString(strings.ToLower(name), "$1 $2")
	return licenceNoise.ReplaceAllString(name, "$3")
}

var squeezed = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, id := range licences {
		if s := squeeze(id); m[s] == "" || id < m[s] {
			m[s] = id
		}
	}
	return m
})

// likeLicence returns the identifier that a text most likely means, "" for none.
func likeLicence(text string) string {
	if len(text) > 100 {
		return ""
	}
	meant := squeeze(text)
	return cmp.Or(squeezed()[meant], squeezed()[meant+"0"])
}
