package handlers_test

import (
	"strings"
	"testing"
)

const refs = "model_details.references"

// items returns what stands in the rows of a list, with | between them.
func (r *reply) items(key string) string {
	r.t.Helper()
	var all []string
	r.find(named("row." + key)).Each(func(_ int, box *sel) { all = append(all, valueOf(box)) })
	return strings.Join(all, "|")
}

// fill sends a section's form with the items in the rows of a list, as a browser without scripts does.
func (b *browser) fill(page *reply, button, key string, items ...string) *reply {
	b.t.Helper()
	r := b.formOf(page, button, nil)
	r.form["row."+key] = items
	return b.follow(b.do(r))
}

// TestListInRows answers a list in rows without scripts: empty ones are left out, and buttons move, remove and add them.
func TestListInRows(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	page := b.get(card)
	if got := page.items(refs); got != "" || page.find(named("row."+refs)).Length() != 1 {
		t.Fatalf("an empty list has the rows %q", got)
	}
	steps := []struct {
		button string
		items  []string
		stored string
	}{
		{"#save", []string{"one"}, "one"},
		{named("more." + refs), []string{"one", "  ", "two & <b>"}, "one\ntwo & <b>"},
		{"#save", []string{"one", "two", "three"}, "one\ntwo\nthree"},
		{named("up." + refs + "[2]"), []string{"one", "two", "three, typed", ""}, "one\nthree, typed\ntwo"},
		{named("down." + refs + "[0]"), []string{"one", "three", "two"}, "three\none\ntwo"},
		{named("drop." + refs + "[1]"), []string{"three", "one", "two", ""}, "three\ntwo"},
		{named("up." + refs + "[0]"), []string{"three", "two"}, "three\ntwo"},
		{"#save", []string{"", ""}, ""},
	}
	for _, s := range steps {
		page = b.fill(page, s.button, refs, s.items...).is(200)
		want := strings.ReplaceAll(s.stored, "\n", "|") + "|"
		if page.answer(refs) != s.stored || page.items(refs) != strings.TrimPrefix(want, "|") {
			t.Errorf("%s with %q: stored %q, in rows %q", s.button, s.items, page.answer(refs), page.items(refs))
		}
	}
}

// TestListAsOneText sends a list as the text it is: by itself, with its rows as they were, and with lines that no row could hold.
func TestListAsOneText(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	page := b.press(b.get(card), "#save", typed(refs, "a\nb")).is(200)
	if page.items(refs) != "a|b|" {
		t.Errorf("the rows are %q", page.items(refs))
	}
	b.put(card+"/fields/"+refs, form("answer."+refs, "c\nd\ne", "rev."+refs, page.rev(refs)))
	if page = b.get(card); page.items(refs) != "c|d|e|" {
		t.Errorf("the rows are %q", page.items(refs))
	}
	if page = b.press(page, "#save", nil).is(200); page.answer(refs) != "c\nd\ne" {
		t.Errorf("saved unedited it is %q", page.answer(refs))
	}
	for _, text := range []string{"a\n\nb", strings.Repeat("x\n", 200) + "x"} {
		page = b.press(b.get(card), "#save", typed(refs, text)).is(200)
		if page.answer(refs) != text || page.has(named("row."+refs)) {
			t.Errorf("%.20q is %.20q", text, page.answer(refs))
		}
	}
}

// TestListInConflict keeps the rows that were typed, and puts both lists together.
func TestListInConflict(t *testing.T) {
	t.Parallel()
	a, b, _, pageA, pageB := twoTabs(t, "model_details")
	a.press(pageA, "#save", typed(refs, "both\ntheirs")).is(200)
	page := b.fill(pageB, "#save", refs, "both", "mine").is(409)
	if page.items(refs) != "both|mine|" || !strings.Contains(page.one("[data-rev]").Text(), "theirs") {
		t.Errorf("the rows are %q", page.items(refs))
	}
	page = b.press(page, `[name="together"]`, nil).is(409)
	if page.items(refs) != "both|theirs|mine|" {
		t.Errorf("both together are %q", page.items(refs))
	}
	if page = b.press(page, "#save", nil).is(200); page.answer(refs) != "both\ntheirs\nmine" {
		t.Errorf("saved: %q", page.answer(refs))
	}
}
