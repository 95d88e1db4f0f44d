package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"google.golang.org/protobuf/encoding/protowire"
)

// message appends a field of a protobuf message that holds others.
func message(b []byte, number protowire.Number, inner ...[]byte) []byte {
	var all []byte
	for _, in := range inner {
		all = append(all, in...)
	}
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), all)
}

func number(n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
}

// TestLargeModelFilesInABrowser: files far beyond what the server takes are read, because the browser sends only what is needed.
func TestLargeModelFilesInABrowser(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.open("/")
	b.run(chromedp.Click(`button.choice[value="model"]`), chromedp.WaitReady("#add-file"))
	card := strings.Split(b.path(), "/sections")[0]

	weights := make([]byte, 20<<20) // four times what the server takes
	header := `{"__metadata__":{"modelspec.title":"Large fox"},"w":{"dtype":"F32","shape":[5242880],"data_offsets":[0,20971520]}}`
	safetensors := append(append([]byte{byte(len(header)), 0, 0, 0, 0, 0, 0, 0}, header...), weights...)
	tensor := message(nil, 5, number(1, 1024), number(1, 5120), number(2, 1), message(nil, 8, []byte("w")), message(nil, 9, weights))
	input := message(nil, 11, message(nil, 1, []byte("pixels")), message(nil, 2, message(nil, 1, number(1, 1))))
	output := message(nil, 12, message(nil, 1, []byte("classes")), message(nil, 2, message(nil, 1, number(1, 1))))
	graph := message(nil, 7, message(nil, 1, message(nil, 4, []byte("Gemm"))), message(nil, 2, []byte("digits")), tensor, input, output)
	onnx := append(append(number(1, 8), graph...), message(nil, 8, number(2, 17))...)
	gguf := append([]byte("GGUF\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), "\x0c\x00\x00\x00\x00\x00\x00\x00general.name\x08\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00Llama"...)
	gguf = append(append(gguf, "\x01\x00\x00\x00\x00\x00\x00\x00w\x01\x00\x00\x00\x00\x00\x50\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...), weights...)

	dir := t.TempDir()
	for _, tt := range []struct {
		name  string
		data  []byte
		wants []string
	}{
		{"fox.safetensors", safetensors, []string{"Large fox", "Parameters: 5,242,880"}},
		{"digits.onnx", onnx, []string{"digits", "Inputs: pixels: float32", "Outputs: classes", "Gemm × 1", "ai.onnx 17", "Parameters: 5,242,880"}},
		{"llama.gguf", gguf, []string{"Llama", "Parameters: 5,242,880"}},
		{"model.bin", append([]byte("\x80\x02}q\x00."), weights...), []string{"Reading a pickle runs the program in it"}},
	} {
		file := filepath.Join(dir, tt.name)
		if err := os.WriteFile(file, tt.data, 0o600); err != nil {
			t.Fatal(err)
		}
		b.open(card + "/artefact")
		b.run(chromedp.SetUploadFiles(`#artefact-file`, []string{file}))
		eventually(t, 20*time.Second, tt.name+" is cut to what is needed", func() bool {
			return b.eval(`document.querySelector("#artefact-file").files[0]?.size <= 5 << 20 && !document.querySelector("main form button").disabled`) == "true"
		})
		b.run(chromedp.Click(`main form button.primary`))
		text := ""
		eventually(t, 20*time.Second, tt.name+" is read", func() bool {
			text = b.eval(`(document.querySelector("main")?.textContent ?? "") + [...document.querySelectorAll(".proposal .box")].map(box => box.value).join("\n")`)
			for _, want := range tt.wants {
				if !strings.Contains(text, want) {
					return false
				}
			}
			return true
		})
	}

	b.open(card + "/artefact")
	b.run(chromedp.SetUploadFiles(`#artefact-file`, []string{filepath.Join(dir, "digits.onnx")}))
	eventually(t, 20*time.Second, "it is cut", func() bool {
		return b.eval(`document.querySelector("#artefact-file").files[0]?.size < 4096`) == "true"
	})
	b.run(chromedp.Click(`main form button.primary`), chromedp.WaitReady(`.proposal`))
	b.eval(`document.getElementById("proposal-model_details.name").querySelector("button").click()`)
	eventually(t, 10*time.Second, "the proposal is in the card", func() bool {
		return b.eval(`document.getElementById("proposal-model_details.name")?.querySelector("pre")?.textContent ?? ""`) == "digits"
	})
	eventually(t, 10*time.Second, "the focus goes on from what was taken", func() bool { return b.eval(`document.activeElement.id`) == "label-model_details.name" })
	dir = os.Getenv("SCREENS")
	for _, look := range []int{0, 5} {
		b.as(looks[look])
		b.open(b.path() + b.eval("location.search"))
		b.picture(dir, "artefact-"+looks[look].name)
	}
	b.open(card)
	if got := b.answer("model_details.name"); got != "digits" {
		t.Errorf("the answer is %q", got)
	}
}
