package handlers_test

import (
	"strings"
	"testing"

	"cardstock/handlers"
)

const llama = `{"architectures":["LlamaForCausalLM"],"model_type":"llama","num_hidden_layers":32,"max_position_embeddings":4096,"_name_or_path":"/home/ann"}`

// TestAModelFileFillsInACard: what a file says stands beside what is stored, is taken one by one, and is an ordinary save.
func TestAModelFileFillsInACard(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	c := b.newCard("model")
	if !b.get(c).has(`a[href="` + c + `/artefact"]`) {
		t.Error("the editor does not lead to it")
	}
	b.put(c+"/fields/model_details.type", form("answer.model_details.type", "A small one")).is(303)
	page := b.follow(b.do(request{method: "POST", path: c + "/artefact", file: &upload{`C:\models\config.json`, []byte(llama)}}).is(303)).is(200)
	const proposal = `[id="proposal-model_details.type"]`
	if got := page.one(proposal + " pre").Text(); got != "A small one" {
		t.Errorf("what is stored is shown as %q", got)
	}
	if got := page.one(proposal + " textarea").Text(); !strings.Contains(got, "Layers: 32\nContext length: 4,096 tokens") || strings.Contains(got, "ann") {
		t.Errorf("what is proposed is %q", got)
	}
	if got := b.get(c).answer("model_details.type"); got != "A small one" {
		t.Errorf("before anything was taken the answer is %q", got)
	}
	taken := b.press(page, proposal+" button", nil).is(200)
	if taken.has(proposal+" button") || !strings.Contains(taken.one(proposal+" pre").Text(), "Layers: 32") {
		t.Errorf("after it was taken: %s", taken.text())
	}
	if focus := taken.one("[autofocus]:not(#card-title)"); focus.AttrOr("id", "") != "label-model_details.type" || strings.Contains(taken.what, "#") {
		t.Errorf("%s: the focus is at %q", taken.what, focus.Text())
	}
	if got := b.get(c).answer("model_details.type"); !strings.HasPrefix(got, "Architecture: LlamaForCausalLM\n") {
		t.Errorf("the answer is %q", got)
	}
	if !strings.Contains(b.get(c+"/history").text(), "A small one") {
		t.Error("what stood there is not among the earlier answers")
	}
	if b.get(c + "/import").has(`a[href*="/files/"]`) {
		t.Error("what was read is listed among the files of the card")
	}
	_, held, _ := strings.Cut(page.what, "?file=")
	held, _, _ = strings.Cut(held, "#")
	b.get(c + "/import?file=" + held).is(404) // it is no card to be read
	b.do(request{method: "POST", path: c + "/import", form: form("held", held, "mode", "replace")}).is(404)
}

// TestWhatWasReadIsErased: the page behind it is the one where a model file is chosen, and says so.
func TestWhatWasReadIsErased(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	c := b.newCard("model")
	page := b.follow(b.do(request{method: "POST", path: c + "/artefact", file: &upload{"config.json", []byte(llama)}}).is(303)).is(200)
	erased := b.press(page, `button:contains("Erase it")`, nil).is(200)
	if got := erased.one(".notice").Text(); !strings.Contains(got, "What was read from the model file is erased") || !erased.has("#artefact-file") {
		t.Errorf("after it was erased: %s", erased.text())
	}
}

// TestAProposalThatComesTooLateConflicts: the answer was changed after the proposals were shown.
func TestAProposalThatComesTooLateConflicts(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	c := b.newCard("model")
	page := b.follow(b.do(request{method: "POST", path: c + "/artefact", file: &upload{"config.json", []byte(llama)}}).is(303))
	b.put(c+"/fields/model_details.type", form("answer.model_details.type", "Typed meanwhile", "rev.model_details.type", b.get(c).rev("model_details.type"))).is(303)
	late := b.press(page, `[id="proposal-model_details.type"] button`, nil).is(409)
	if !late.has(`[data-rev]:contains("Typed meanwhile")`) || !strings.Contains(late.answer("model_details.type"), "LlamaForCausalLM") {
		t.Errorf("the conflict shows %s", late.text())
	}
	if got := b.get(c).answer("model_details.type"); got != "Typed meanwhile" {
		t.Errorf("the answer is %q", got)
	}
}

// TestAModelFileAndACardAreHeldBesideEachOther: looking at one does not lose the other.
func TestAModelFileAndACardAreHeldBesideEachOther(t *testing.T) {
	t.Parallel()
	f := common(t).fixture()
	f.get(f.card + "/import?file=" + f.file).is(200)
	f.get(f.card + "/artefact?file=" + f.model).is(200)
	f.do(request{method: "POST", path: f.card + "/import", form: form("held", f.file, "mode", "fill")}).is(303)
	f.get(f.card + "/artefact?file=" + f.model).is(200)
	f.do(request{method: "DELETE", path: f.card + "/files/" + f.model}).is(303)
	f.get(f.card + "/artefact?file=" + f.model).is(404)
}

func TestModelFilesThatAreNotTakenIn(t *testing.T) {
	t.Parallel()
	s := newApp(t, func(o *handlers.Options) { o.MaxUpload = 100_000 })
	b := s.visitor()
	model, sheet := b.newCard("model"), b.newCard("datasheet")
	post := func(card string, content string, status int, want string) {
		t.Helper()
		r := b.do(request{method: "POST", path: card + "/artefact", file: &upload{"m.bin", []byte(content)}}).is(status)
		if !strings.Contains(r.text(), want) {
			t.Errorf("no %q in %s", want, r.text())
		}
	}
	post(sheet, llama, 422, "this is none")
	post(model, "PK\x03\x04"+strings.Repeat("\x00", 26)+"archive/data.pkl", 422, "Reading a pickle runs the program in it")
	post(model, strings.Repeat("x", 150_000), 413, "the most this server takes at once")
	post(model, strings.Repeat("x", 2_000_000), 413, "the most this server takes at once")
	if b.get(sheet).has(`a[href$="/artefact"]`) {
		t.Error("a datasheet leads to it, too")
	}
}
