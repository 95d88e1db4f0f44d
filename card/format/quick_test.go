package format

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestReadIsQuick reads files made to keep the server busy.
func TestReadIsQuick(t *testing.T) {
	undetected(t)
	many := func(n int, head, tail string, entry func(i int) string) string {
		entries := make([]string, n)
		for i := range entries {
			entries[i] = entry(i)
		}
		return head + strings.Join(entries, ",") + tail
	}
	const n = 60_000
	for name, data := range map[string]string{
		"one id":          many(n, `{"Section_Data_28":[`, `]}`, func(int) string { return `{"77_a":"b"}` }),
		"one known id":    many(n, `{"Section_Data_36":[`, `]}`, func(int) string { return `{"35_ideal":"b"}` }),
		"sections":        many(n, `{`, `}`, func(i int) string { return fmt.Sprintf(`"Section_Data_%d":[]`, 100+i) }),
		"names":           many(n, `{"Section_Data_28":[],`, `}`, func(i int) string { return fmt.Sprintf(`"Section_name_%d":"a"`, 100+i) }),
		"metrics":         many(n, `{"Section_Data_35":[`, `]}`, func(int) string { return `{"31_metrics":"x"}` }),
		"further":         many(n, `{"Section_Data_35":[`, `]}`, func(int) string { return `{"99_Further metrics":"[{\"metric\":\"x\"}]"}` }),
		"references":      many(n, `{"model_details":{"feedbacks":[],"references":[`, `]}}`, func(int) string { return `{"reference":"a"}` }),
		"entries":         many(n, `{"model_details":{"feedbacks":[],`, `}}`, func(i int) string { return fmt.Sprintf(`"entry%d":"a"`, i) }),
		"fields":          many(n, `{"format":"cardstock/1","kind":"model","sections":[{"key":"s","title":"S","fields":[`, `]}]}`, func(i int) string { return fmt.Sprintf(`{"key":"k%d","kind":"line"}`, i) }),
		"members":         many(n, `{"format":"cardstock/1","kind":"model","sections":[],`, `}`, func(i int) string { return fmt.Sprintf(`"k%d":1`, i) }),
		"front matter":    "---\n" + strings.Repeat("a: {b: [c]}\n", n) + "---\n# x\n",
		"flow":            "---\n{" + strings.Repeat("a: b, ", n) + "}\n---\n# x\n",
		"comments":        "# x\n" + strings.Repeat("<!-- ", 10*n),
		"headings":        strings.Repeat("# a\n", 10*n),
		"YAML":            strings.Repeat("a: {b: c}\n", n),
		"merges":          "a: &a {k: v}\n" + strings.Repeat("b: {<<: *a}\n", n/2),
		"half a card":     many(n, `{"format":"cardstock/1","kind":"none","sections":[{"key":"s","title":"S","fields":[`, `,`, func(int) string { return `{"key":"a"}` }),
		"many pages":      many(n, `{"@type":"sc:Dataset","conformsTo":"http://mlcommons.org/croissant/1.0",`, `}`, func(i int) string { return fmt.Sprintf(`"url":"https://example.org/%d"`, i) }),
		"parted details":  many(n, `{"model_overview":{"model_name":"a"},"additional_information":{"custom_details":{`, `}}}`, func(i int) string { return fmt.Sprintf(`"x [a.b] %d/9":"0123456789"`, i+1) }),
		"unclosed blocks": strings.Repeat(`<script type="application/json" id="cardstock"`, n),
	} {
		start := time.Now()
		_, _ = Read(templates(t), []byte(data))
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("%s takes %v", name, took)
		} else if took > time.Second/2 {
			t.Logf("%s takes %v", name, took)
		}
	}
}

// TestEditingIsQuick edits lists of a README as long as an answer can be: the whole list on one line, and an item to a line.
func TestEditingIsQuick(t *testing.T) {
	undetected(t)
	ts := templates(t)
	for name, text := range map[string]string{
		"on one line": "---\ntags: [" + strings.Repeat("ab, ", 20_000) + "c]\n---\n# P\n",
		"in lines":    "---\ntags:\n" + strings.Repeat("- ab\n", 20_000) + "---\n# P\n",
	} {
		c := read(t, []byte(text)).Card
		f, _ := c.Field("hub.tags")
		f.Answer += " edited"
		start := time.Now()
		out, err := hubFormat.Write(t.Context(), ts, c, []byte(text))
		if took := time.Since(start); err != nil || !strings.Contains(string(out), " edited") || took > 4*time.Second {
			t.Errorf("%s: %v, %d bytes in %v", name, err, len(out), took)
		}
	}
}

// TestGoingBackIsQuick edits cards from files made to keep the server busy, and has them written back: with each value compared with each
// this took minutes.
func TestGoingBackIsQuick(t *testing.T) {
	undetected(t)
	ts := templates(t)
	var members strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&members, `"q%d":"v%d",`, i, i)
	}
	for name, text := range map[string]string{
		"numbers": `{"m":[` + strings.Repeat("1,", 100_000) + `1],"t":"x"}`,
		"lists":   `{"m":[` + strings.Repeat("[1,2,3],", 30_000) + `[1]],"t":"x"}`,
		"members": `{"a":{` + members.String() + `"t":"x"}}`,
		"alike":   `{"a":{` + strings.Repeat(`"q":"`+strings.Repeat("a", 100)+`",`, 1800) + `"t":"x"}}`,
	} {
		r := read(t, []byte(text))
		for _, edit := range []string{"", "same again"} {
			c := r.Card.Clone()
			for i := range c.Sections {
				for j := range c.Sections[i].Fields {
					if f := &c.Sections[i].Fields[j]; f.Answered() {
						f.Answer = edit
					}
				}
			}
			start := time.Now()
			_, err := Back(t.Context(), ts, c, []byte(text), r.As)
			if took := time.Since(start); err != nil || took > 12*time.Second {
				t.Errorf("%s, all answers %q: %v in %v", name, edit, err, took)
			} else {
				t.Logf("%s, all answers %q: %v", name, edit, took.Round(time.Millisecond))
			}
		}
	}
}
