package handlers_test

import "testing"

// TestOnesOwnLostReplyIsNoConflict: a page that got no reply and types on says what it sent before; what somebody else wrote conflicts as ever.
func TestOnesOwnLostReplyIsNoConflict(t *testing.T) {
	t.Parallel()
	a, b, card, page, _ := twoTabs(t, "intended_use")
	a.htmx, b.htmx = true, true
	path, rev := card+"/fields/"+uses, page.rev(uses)
	a.put(path, form("answer."+uses, "its reply\ngot lost", "rev."+uses, rev)).is(200)
	typedOn := form("answer."+uses, "typed on", "rev."+uses, rev, "sent."+uses, "never arrived")
	a.put(path, typedOn).is(409)
	typedOn.Add("sent."+uses, "its reply\r\ngot lost")
	a.put(path, typedOn).is(200)
	if got := a.get(path).answer(uses); got != "typed on" {
		t.Errorf("stored is %q", got)
	}
	takenBack := form("answer."+uses, "", "rev."+uses, rev, "sent."+uses, "typed on")
	for _, back := range []string{path, card + "/sections/intended_use"} {
		a.put(path, form("answer."+uses, "typed on", "rev."+uses, a.get(path).rev(uses))).is(200)
		a.put(back, takenBack).is(200)
		if got := a.get(path).answer(uses); got != "" {
			t.Errorf("a text was taken back with %s, and stored is %q", back, got)
		}
	}
	b.put(path, form("answer."+uses, "of another tab", "rev."+uses, a.get(path).rev(uses))).is(200)
	typedOn.Set("answer."+uses, "typed on and on")
	a.put(path, typedOn).is(409)
	if got := a.get(path).answer(uses); got != "of another tab" {
		t.Errorf("another tab's words were overwritten: %q", got)
	}

	const metrics = "quantitative_analyses.metrics"
	path, cell := card+"/fields/"+metrics, "answer."+metrics+"[0]."
	rev = a.get(path).rev(metrics)
	a.put(path, form(cell+"value", "0.9", cell+"metric", "F1", "rev."+metrics, rev)).is(200)
	a.put(path, form(cell+"value", "0.91", cell+"metric", "F1", "rev."+metrics, rev, "sent."+metrics, `[{"value":"0.9","metric":"F1"}]`)).is(200)
}
