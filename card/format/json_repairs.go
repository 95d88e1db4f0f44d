package format

import (
	"strconv"
)

// repairs are what was wrong in a JSON text and could be read all the same.
type repairs struct {
	halves   int // of surrogate pairs, which became U+FFFD
	controls int // raw control characters in texts, which were kept
	commas   int // with nothing after them, which were passed over
	missing  int // commas between elements
	twice    int // names in one object
	unclosed int // texts without a quote at their end
	rough
}

// rough is what JSON is not but what programs and people write for it.
type rough struct {
	quotes   int  // texts between single quotes, names without any
	words    int  // True, False, None and the like
	nans     int  // NaN and Infinity
	tuples   int  // lists between round brackets
	numbers  int  // written as JSON does not: 012, .5, +1
	escapes  int  // backslashes that escape nothing, which were kept
	comments int  // which were passed over
	spaces   int  // wide spaces and the like between values
	cut      bool // the text ends too early
	line     int  // where it ends
}

// mostNames of an object are looked at for one that stands twice.
const mostNames = 200

// maxMissing commas are forgotten; where more are missing something else is wrong.
const maxMissing = 10

// notes says each repair in a sentence.
func (r repairs) notes() (notes []string) {
	for _, of := range []struct {
		n         int
		one, many string
	}{
		{r.halves, "character was broken (half of a pair) and " + became + ".", "characters were broken (halves of pairs) and " + became + "."},
		{r.controls, "raw line break, tab or control character stood in a text and was kept.", "raw line breaks, tabs or control characters stood in texts and were kept."},
		{r.missing, "comma was missing between two values and was put there.", "commas were missing between values and were put there."},
		{r.commas, "comma had nothing after it and was passed over.", "commas had nothing after them and were passed over."},
		{r.quotes, "text or name was not between double quotes and was read all the same.", "texts or names were not between double quotes and were read all the same."},
		{r.words, "word such as True or None is not JSON and was read all the same.", "words such as True or None are not JSON and were read all the same."},
		{r.nans, "NaN or Infinity is no number in JSON and was kept as text.", "NaN or Infinity are no numbers in JSON and were kept as texts."},
		{r.tuples, "list stood between round brackets and was read all the same.", "lists stood between round brackets and were read all the same."},
		{r.numbers, "number is not written as JSON has it and was kept as text.", "numbers are not written as JSON has them and were kept as text."},
		{r.escapes, "backslash stood before a character that needs none and was kept.", "backslashes stood before characters that need none and were kept."},
		{r.comments, "comment is not JSON and was passed over; it stays in the uploaded original.", "comments are not JSON and were passed over; they stay in the uploaded original."},
		{r.twice, "name stood twice in one object; both values were kept.", "names stood twice in one object; both values were kept."},
		{r.unclosed, "text had no quote at its end and was ended with its line.", "texts had no quote at their end and were ended with their line."},
		{r.spaces, "space between values was a wide one and was passed over.", "spaces between values were wide ones and were passed over."},
	} {
		if of.n > 0 {
			notes = append(notes, plural(of.n, of.one, of.many))
		}
	}
	if r.cut {
		notes = append(notes, tooEarly+", in line "+strconv.Itoa(r.line)+"; perhaps it was cut off. What comes before was read.")
	}
	return notes
}
