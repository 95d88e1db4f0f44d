package card

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestCleanText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"unchanged", "a\nb", "a\nb"},
		{"empty", "", ""},
		{"CRLF of a form", "a\r\nb\r\n", "a\nb\n"},
		{"lone CR", "a\rb", "a\nb"},
		{"CR CR LF", "a\r\r\nb", "a\n\nb"},
		{"spaces and tabs stay", "  a\t ", "  a\t "},
		{"leading line break stays", "\n\na", "\n\na"},
		{"markup stays", `<script>"'&amp;</script>`, `<script>"'&amp;</script>`},
		{"right-to-left marks stay", "\u202eabc\u202c \u200f\u05d0", "\u202eabc\u202c \u200f\u05d0"},
		{"combining characters stay as typed", "e\u0301 \u00e9", "e\u0301 \u00e9"},
		{"four-byte emoji", "👩🏽‍🔬", "👩🏽‍🔬"},
		{"a replacement character is text", "\ufffd", "\ufffd"},
		{"other control characters stay", "\x01\x7f\v\f", "\x01\x7f\v\f"},
	}
	for _, tt := range tests {
		if got, err := CleanText(tt.in); err != nil || got != tt.want {
			t.Errorf("%s: CleanText(%q) = %q, %v; want %q", tt.name, tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"a\x00b", "\x00", "\xff", "a\xc3", "\xed\xa0\x80"} {
		got, err := CleanText(in)
		if CodeOf(err) != Invalid || got != "" {
			t.Errorf("CleanText(%q) = %q, %v; want it refused", in, got, err)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		" a ": "a", "a\nb": "a b", "a\r\nb": "a b", "\n\n": "", "\u00a0x\u3000": "x", "a  b": "a  b",
	} {
		if got, err := CleanLine(in); err != nil || got != want {
			t.Errorf("CleanLine(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestItemsAndListAnswerAreInverse(t *testing.T) {
	tests := []struct {
		answer string
		items  []string
	}{
		{"", nil},
		{"a", []string{"a"}},
		{"a\nb", []string{"a", "b"}},
		{"a\n\nb", []string{"a", "", "b"}},
		{"\n", []string{"", ""}},
		{" a \n", []string{" a ", ""}},
	}
	for _, tt := range tests {
		if got := Items(tt.answer); !reflect.DeepEqual(got, tt.items) {
			t.Errorf("Items(%q) = %q, want %q", tt.answer, got, tt.items)
		}
		if got := ListAnswer(tt.items); got != tt.answer {
			t.Errorf("ListAnswer(%q) = %q, want %q", tt.items, got, tt.answer)
		}
	}
}

func TestTableAnswer(t *testing.T) {
	tests := []struct {
		name string
		rows Rows
		want string
	}{
		{"nothing", nil, ""},
		{"empty rows and cells go", Rows{{}, {"a": ""}, {"a": "1", "b": ""}, {}}, `[{"a":"1"}]`},
		{"order of rows stays, columns are sorted", Rows{{"b": "2", "a": "1"}, {"a": "0"}}, `[{"a":"1","b":"2"},{"a":"0"}]`},
		{"space is an entry", Rows{{"a": " "}}, `[{"a":" "}]`},
		{"markup as it is", Rows{{"a": "<b>&\u2028"}}, `[{"a":"<b>&\u2028"}]`},
		{"quotes and line breaks", Rows{{"a": "\"x\"\ny\\"}}, `[{"a":"\"x\"\ny\\"}]`},
	}
	f := Field{Kind: Table, Columns: []Column{{Key: "a"}, {Key: "b"}}}
	for _, tt := range tests {
		got := TableAnswer(tt.rows)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		f.Answer = got
		if again := TableAnswer(f.ParseRows()); again != got {
			t.Errorf("%s: read and written again it is %s, was %s", tt.name, again, got)
		}
	}
}

func TestParseRows(t *testing.T) {
	f := Field{Kind: Table, Columns: []Column{{Key: "first"}, {Key: "second"}}}
	for answer, want := range map[string]Rows{
		"":                         nil,
		`[{"first":"1"}]`:          {{"first": "1"}},
		"0.93 on the test split":   {{"first": "0.93 on the test split"}},
		`{"first":"1"}`:            {{"first": `{"first":"1"}`}},
		`[{"first":1}]`:            {{"first": `[{"first":1}]`}},
		`[{"first":"1"},{"x":""}]`: {{"first": "1"}, {"x": ""}},
	} {
		f.Answer = answer
		if got := f.ParseRows(); !reflect.DeepEqual(got, want) {
			t.Errorf("ParseRows of %q = %v, want %v", answer, got, want)
		}
	}
	none := Field{Kind: Table, Answer: "text"}
	if got := none.ParseRows(); got != nil {
		t.Errorf("a table without columns has rows %v", got)
	}
}

func TestAllColumnsShowsCellsTheTemplateHasNoColumnFor(t *testing.T) {
	f := Field{Kind: Table, Columns: []Column{{Key: "b", Title: "B", Kind: Number}}}
	got := f.AllColumns(Rows{{"z": "1", "b": "2"}, {"a": "3"}})
	want := []Column{{Key: "b", Title: "B", Kind: Number}, {Key: "a", Title: "a", Kind: Line}, {Key: "z", Title: "z", Kind: Line}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("columns %v, want %v", got, want)
	}
	if len(f.Columns) != 1 {
		t.Error("the field's own columns were changed")
	}
}

func TestCanonical(t *testing.T) {
	for kind, want := range map[FieldKind]string{
		Line: " 1 ", Text: " 1 ", List: " 1 ", Date: "1", Number: "1", Choice: "1", Table: " 1 ",
	} {
		if got := (&Field{Kind: kind}).Canonical(" 1 "); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

func TestCheckAnswer(t *testing.T) {
	choice := Field{Kind: Choice, Options: []string{"draft", "in review"}}
	table := Field{Kind: Table, Columns: []Column{
		{Key: "value", Title: "Value", Kind: Number},
		{Key: "day", Title: "Day", Kind: Date},
		{Key: "what", Title: "Decision", Kind: Choice, Options: []string{"yes", "no"}},
	}}
	tests := []struct {
		name   string
		field  Field
		answer string
		wrong  string // part of the sentence; "" for a good answer
	}{
		{"empty", Field{Kind: Date}, "", ""},
		{"text", Field{Kind: Text}, "anything\n\nat all", ""},
		{"a day", Field{Kind: Date}, "2026-11-24", ""},
		{"a leap day", Field{Kind: Date}, "2024-02-29", ""},
		{"no such day", Field{Kind: Date}, "2026-02-30", "year-month-day"},
		{"a day in words", Field{Kind: Date}, "last spring", "year-month-day"},
		{"a day the other way round", Field{Kind: Date}, "24.11.2026", "year-month-day"},
		{"a number", Field{Kind: Number}, "41.5", ""},
		{"negative", Field{Kind: Number}, "-0.5", ""},
		{"exponent", Field{Kind: Number}, "1e-4", ""},
		{"zero", Field{Kind: Number}, "0", ""},
		{"decimal comma", Field{Kind: Number}, "41,5", "plain number"},
		{"with a unit", Field{Kind: Number}, "41 kWh", "plain number"},
		{"no number at all", Field{Kind: Number}, "null", "plain number"},
		{"a quoted number", Field{Kind: Number}, `"5"`, "plain number"},
		{"a quoted number after a space", Field{Kind: Number}, ` "5"`, "plain number"},
		{"true", Field{Kind: Number}, "true", "plain number"},
		{"not a number", Field{Kind: Number}, "NaN", "plain number"},
		{"an option", choice, "in review", ""},
		{"no option", choice, "done", "choose one of draft, in review"},
		{"an option in capitals", choice, "Draft", "choose one of"},
		{"a measured value", table, `[{"value":"94.7 %"}]`, ""},
		{"a table cell's day", table, `[{"day":"2026-01-01"},{"day":"soon"}]`, "Day in row 2"},
		{"a table cell's choice", table, `[{"what":"maybe"}]`, "Decision in row 1"},
		{"most rows", table, rowsAnswer(MaxRows), ""},
		{"too many rows", table, rowsAnswer(MaxRows + 1), "at most 2000 rows"},
		{"longest", Field{Kind: Text}, strings.Repeat("é", MaxAnswer), ""},
		{"too long", Field{Kind: Text}, strings.Repeat("é", MaxAnswer+1), "has 100001 characters; 100000 is the most"},
	}
	for _, tt := range tests {
		tt.field.Key, tt.field.Label = "the.key", "The label"
		err := tt.field.CheckAnswer(tt.answer)
		if tt.wrong == "" {
			if err != nil {
				t.Errorf("%s: refused: %v", tt.name, err)
			}
			continue
		}
		e, ok := err.(*Error)
		if !ok || e.Code != Invalid || e.Field != "the.key" || !strings.HasPrefix(e.Message, "The label: ") ||
			!strings.Contains(e.Message, tt.wrong) || !strings.HasSuffix(e.Message, ".") {
			t.Errorf("%s: %v; want a sentence of the field with %q", tt.name, err, tt.wrong)
		}
	}
}

func rowsAnswer(n int) string {
	rows := make(Rows, n)
	for i := range rows {
		rows[i] = map[string]string{"value": fmt.Sprint(i)}
	}
	return TableAnswer(rows)
}

func TestErrorSaysOneThingToTheVisitorAndAnotherToTheLog(t *testing.T) {
	cause := fmt.Errorf("disk on fire")
	err := fmt.Errorf("saving: %w", &Error{Code: Full, Message: "No room.", Err: cause})
	if CodeOf(err) != Full || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("CodeOf = %v, Error = %v", CodeOf(err), err)
	}
	if CodeOf(cause) != 0 || CodeOf(nil) != 0 {
		t.Error("an error of others has a code")
	}
}
