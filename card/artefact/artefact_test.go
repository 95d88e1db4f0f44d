package artefact

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"cardstock/card"
)

// gguf writes a GGUF file: pairs of key and value, then tensors by their shapes.
func gguf(order binary.AppendByteOrder, wide bool, tensors [][]uint64, pairs ...any) []byte {
	b := []byte("GGUF")
	count := func(n int) {
		if wide {
			b = order.AppendUint64(b, uint64(n))
		} else {
			b = order.AppendUint32(b, uint32(n))
		}
	}
	text := func(s string) { count(len(s)); b = append(b, s...) }
	v := uint32(1)
	if wide {
		v = 3
	}
	b = order.AppendUint32(b, v)
	count(len(tensors))
	count(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		text(pairs[i].(string))
		switch v := pairs[i+1].(type) {
		case string:
			b = order.AppendUint32(b, ggufText)
			text(v)
		case int:
			b = order.AppendUint32(order.AppendUint32(b, 4), uint32(v))
		case uint64:
			b = order.AppendUint64(order.AppendUint32(b, 10), v)
		case float32:
			b = order.AppendUint32(order.AppendUint32(b, 6), math.Float32bits(v))
		case bool:
			b = append(order.AppendUint32(b, 7), 1)
		case []string:
			b = order.AppendUint32(order.AppendUint32(b, ggufArray), ggufText)
			count(len(v))
			for _, s := range v {
				text(s)
			}
		case []float32:
			b = order.AppendUint32(order.AppendUint32(b, ggufArray), 6)
			count(len(v))
			for _, f := range v {
				b = order.AppendUint32(b, math.Float32bits(f))
			}
		}
	}
	for i, shape := range tensors {
		text(fmt.Sprint("blk.", i))
		b = order.AppendUint32(b, uint32(len(shape)))
		for _, d := range shape {
			count(int(d))
		}
		b = order.AppendUint64(order.AppendUint32(b, 12), 0)
	}
	return b
}

var aGGUF = gguf(binary.LittleEndian, true, [][]uint64{{4096, 1000}, {4096}},
	"general.architecture", "llama", "general.name", "Tiny Llama", "general.license", "apache-2.0", "general.file_type", 15, "general.organization", "Acme",
	"general.datasets", []string{"c4", "wiki"}, "llama.context_length", uint64(8192), "llama.rope", float32(1e4), "llama.on", true, "other.context_length", 7,
	"tokenizer.ggml.tokens", []string{"a", "b", "c"}, "tokenizer.ggml.scores", []float32{1, 2, 3}, "llama.block_count", 32)

func safetensors(header string, more ...byte) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), more...)
}

const aHeader = `{"__metadata__":{"format":"pt","modelspec.title":"Fox","modelspec.license":"MIT","modelspec.date":"2024-05-06T07:08","ss_learning_rate":"1e-4","ss_caption":"None"},` +
	`"a":{"dtype":"BF16","shape":[1000,2000],"data_offsets":[0,4000000]},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   `

func message(b []byte, number protowire.Number, inner ...[]byte) []byte {
	var all []byte
	for _, in := range inner {
		all = append(all, in...)
	}
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), all)
}

func text(number protowire.Number, s string) []byte { return message(nil, number, []byte(s)) }

func number(n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
}

func valueInfo(field protowire.Number, name string, dims ...[]byte) []byte {
	var shape []byte
	for _, d := range dims {
		shape = message(shape, 1, d)
	}
	return message(nil, field, text(1, name), message(nil, 2, message(nil, 1, number(1, 1), message(nil, 2, shape))))
}

// anONNX is a model with a graph; head is what stands before its graph's inputs.
var anONNX = func() []byte {
	node := func(op string) []byte { return message(nil, 1, text(1, "x"), text(2, "y"), text(4, op)) }
	weights := message(nil, 5, number(1, 300), number(1, 10), number(2, 1), text(8, "w"), message(nil, 9, make([]byte, 12000)))
	packed := message(nil, 5, message(nil, 1, protowire.AppendVarint(protowire.AppendVarint(nil, 5), 2)), number(2, 7), text(8, "v"))
	graph := message(nil, 7, node("MatMul"), node("Relu"), node("MatMul"), text(2, "classifier"), weights, packed,
		valueInfo(11, "image", text(2, "batch"), number(1, 3)), valueInfo(11, "w", number(1, 300)), valueInfo(12, "scores", text(2, "batch"), number(1, 10)))
	b := append(number(1, 8), text(2, "pytorch")...)
	b = append(b, text(3, "2.1")...)
	b = append(b, text(6, "It tells images apart.")...)
	b = append(b, graph...)
	b = append(b, message(nil, 8, number(2, 17))...)
	return append(b, message(nil, 14, text(1, "license"), text(2, "BSD-3-Clause"))...)
}()

const aConfig = `{"architectures":["LlamaForCausalLM"],"model_type":"llama","num_hidden_layers":32,"max_position_embeddings":4096,"torch_dtype":"bfloat16","vocab_size":32000,
	"_name_or_path":"meta-llama/Llama-2-7b","id2label":{"0":"cat","1":"dog"},"text_config":{"hidden_size":64},"quantization_config":{"quant_method":"gptq","bits":4},"odd":{"a":[null]}}`

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		data, kind string
		want       map[string]string
	}{
		{string(aGGUF), "a GGUF file", map[string]string{
			modelName: "Tiny Llama", licence: "apache-2.0", owner: "Acme", dataset: "c4, wiki",
			modelType: "Architecture: llama\nQuantisation: Q4_K_M\nContext length: 8,192 tokens\nVocabulary: 3 tokens\nLayers: 32\nParameters: 4,100,096 (4.1 million) in 2 tensors"}},
		{string(gguf(binary.BigEndian, true, [][]uint64{{2, 3}}, "general.name", "Big")), "a GGUF file", map[string]string{modelName: "Big", modelType: "Parameters: 6 in 1 tensor"}},
		{string(gguf(binary.LittleEndian, true, nil, "general.architecture", "pea", "general.description", "It counts peas.", "pea.embedding_length", 4096)), "a GGUF file", map[string]string{
			modelType: "Architecture: pea\nDescription: It counts peas.\nEmbedding length: 4,096"}},
		{string(safetensors(`{"__metadata__":{"modelspec.description":"It counts peas.","modelspec.usage_hint":"To count peas"}}`)), "a safetensors file", map[string]string{
			modelType: "Description: It counts peas.", uses: "To count peas"}},
		{string(gguf(binary.LittleEndian, false, nil, "general.name", "Old", "general.file_type", 4)), "a GGUF file", map[string]string{modelName: "Old", modelType: "Quantisation: type 4"}},
		{string(safetensors(aHeader, 1, 2, 3)), "a safetensors file", map[string]string{
			modelName: "Fox", licence: "MIT", versionDate: "2024-05-06", training: "learning rate: 1e-4",
			modelType: "Saved from: PyTorch\nParameters: 2,000,001 (2 million) in 2 tensors\nNumber types: BF16 (2,000,000), F32 (1)"}},
		{string(anONNX), "an ONNX file", map[string]string{modelName: "classifier", licence: "BSD-3-Clause",
			modelType: "Description: It tells images apart.\nExported by: pytorch 2.1\nOperator sets: ai.onnx 17\nInputs: image: float32 [batch, 3]\nOutputs: scores: float32 [batch, 10]\n" +
				"Operators: MatMul × 2, Relu × 1\nParameters: 3,010 in 2 tensors\nNumber types: float32 (3,000), int64 (10)"}},
		{aConfig, "the config.json of a model", map[string]string{
			modelType: "Architecture: LlamaForCausalLM\nFamily: llama\nLayers: 32\nContext length: 4,096 tokens\nVocabulary: 32,000 tokens\nNumber type: bfloat16\n" +
				"Text, hidden size: 64\nQuantisation: gptq, bits: 4\nClasses: 2 (cat, dog)\nLoaded from: meta-llama/Llama-2-7b"}},
		{`{"model_type":"bert","_name_or_path":"/home/ann/secret"}`, "the config.json of a model", map[string]string{modelType: "Family: bert"}},
	} {
		f, err := Read([]byte(tt.data))
		if err != nil {
			t.Errorf("%s: %v", tt.kind, err)
			continue
		}
		if f.Kind != tt.kind || len(f.Proposals) != len(tt.want) || len(f.Notes) > 0 {
			t.Errorf("%s: %+v", tt.kind, f)
		}
		for _, p := range f.Proposals {
			if p.Text != tt.want[p.Field] || p.From == "" {
				t.Errorf("%s: %s is\n%s\nwant\n%s", tt.kind, p.Field, p.Text, tt.want[p.Field])
			}
		}
	}
}

// TestPlacesAreQuestions: each proposal is for a question of the template of model cards, and fits it.
func TestPlacesAreQuestions(t *testing.T) {
	ts, err := card.LoadTemplates()
	if err != nil {
		t.Fatal(err)
	}
	c := ts.For(&card.Card{Kind: card.Model}).New()
	for _, key := range []string{modelName, modelType, versionName, versionDate, owner, licence, references, training, dataset, uses} {
		f, _ := c.Field(key)
		if f == nil {
			t.Errorf("the template does not ask %s", key)
		} else if line := f.Kind == card.Line || f.Kind == card.Date; line != oneLine[key] {
			t.Errorf("%s is a %s, and proposed as one line: %v", key, f.Kind, oneLine[key])
		}
	}
}

// TestReadsTheFirstPart: a file may end anywhere. What is there is proposed, and what is missing is said; nothing is made up.
func TestReadsTheFirstPart(t *testing.T) {
	for name, whole := range map[string][]byte{"GGUF": aGGUF, "safetensors": safetensors(aHeader), "ONNX": anONNX} {
		all, err := Read(whole)
		if err != nil {
			t.Fatal(err)
		}
		said, partly := all.Proposals, 0
		for n := range whole {
			f, err := Read(whole[:n])
			if err != nil {
				continue
			}
			partly++
			sum := parameters(f)
			if sum != parameters(all) && (sum != "" || len(f.Notes) == 0) {
				t.Errorf("%s: of %d bytes %d say %+v", name, len(whole), n, f)
			}
			for _, p := range f.Proposals {
				for _, line := range strings.Split(p.Text, "\n") {
					if head, _, _ := strings.Cut(line, ": "); !strings.Contains(fmt.Sprint(said), head) {
						t.Errorf("%s: %d bytes say %q, which the whole does not", name, n, line)
					}
				}
			}
		}
		if partly < len(whole)/3 {
			t.Errorf("%s: only %d of %d beginnings were read", name, partly, len(whole))
		}
	}
}

// parameters is the line that counts them.
func parameters(f *Facts) string {
	_, after, _ := strings.Cut(fmt.Sprint(f.Proposals), "Parameters: ")
	line, _, _ := strings.Cut(after, "\n")
	return line
}

func TestRefuses(t *testing.T) {
	deep := append(append([]byte("GGUF\x03\x00\x00\x00"), make([]byte, 8)...), 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 'k')
	deep = append(deep, 9, 0, 0, 0)
	for range 6 {
		deep = append(deep, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
	}
	for _, tt := range []struct{ name, data, want string }{
		{"nothing", "", "empty"},
		{"a pickle", "\x80\x02}q\x00.", "runs the program"},
		{"an old PyTorch file", "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "is a pickle"},
		{"a PyTorch archive", "PK\x03\x04\x00\x00\x08\x08\x00\x00\x00\x00\x00\x00archive/data.pklFB", "with a pickle inside"},
		{"another archive", "PK\x03\x04\x00\x00", "zip archive"},
		{"HDF5", "\x89HDF\r\n\x1a\n", "HDF5"}, {"TFLite", "\x1c\x00\x00\x00TFL3", "TensorFlow Lite"}, {"gzip", "\x1f\x8b\x08", "compressed"},
		{"a pointer", "version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"},
		{"text", "hello", "no model file that Cardstock reads"},
		{"a card", `{"model_details": {}}`, "taken in with Import"},
		{"half a config", `{"model_type": "bert"`, "not whole"},
		{"an empty config", `{"model_type": null, "architectures": []}`, "says nothing"},
		{"a config that says nothing", `{"model_type": ""}`, "says nothing"},
		{"a damaged header", string(safetensors(`{"a":{"dtype":"F32","shape":[-1]}}`)), "header of this safetensors file is damaged"},
		{"a strange version", "GGUF\x00\x00\x00\x00", "version"},
		{"arrays in arrays", string(deep), "damaged"},
		{"an impossible type", string(append([]byte("GGUF\x03\x00\x00\x00"), "\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00k\x63\x00\x00\x00"...)), "damaged"},
		{"no graph", string(number(1, 8)) + string(text(2, "x")), "damaged"},
	} {
		f, err := Read([]byte(tt.data))
		if err == nil || !strings.Contains(err.Error(), tt.want) || card.CodeOf(err) != card.Invalid {
			t.Errorf("%s: %+v, %v", tt.name, f, err)
		}
	}
}

// TestBelievesNoSize: counts and shapes beyond all measure take no memory, and are not passed on.
func TestBelievesNoSize(t *testing.T) {
	huge := gguf(binary.LittleEndian, true, [][]uint64{{1 << 40, 1 << 40}}, "general.name", "x")
	f, err := Read(huge)
	if err != nil || len(f.Proposals) != 1 || !strings.Contains(fmt.Sprint(f.Notes), "make no sense") {
		t.Errorf("%+v, %v", f, err)
	}
	counts := append([]byte("GGUF\x03\x00\x00\x00"), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"...)
	long := append(counts[:len(counts):len(counts)], "\xff\xff\xff\xff\xff\xff\xff\xff"...)
	for _, data := range [][]byte{counts, long, safetensors(`{"a":{"dtype":"F32","shape":[18446744073709551615,3]}}`)} {
		if n := testing.AllocsPerRun(3, func() { Read(data) }); n > 100 {
			t.Errorf("%.40q: %v allocations", data, n)
		}
	}
}

// harmless holds what is true of whatever was read.
func harmless(t *testing.T, data []byte) {
	f, err := Read(data)
	if err != nil {
		if card.CodeOf(err) != card.Invalid || len(err.Error()) > 400 {
			t.Fatalf("an error without a sentence: %v", err)
		}
		return
	}
	seen := map[string]bool{}
	for _, p := range f.Proposals {
		clean, err := card.CleanText(p.Text)
		if err != nil || clean != p.Text || p.Text == "" || seen[p.Field] || len([]rune(p.Text)) > mostLines*(mostText+2) {
			t.Fatalf("%+v, %v", p, err)
		}
		if oneLine[p.Field] && strings.Contains(p.Text, "\n") {
			t.Fatalf("%+v has lines", p)
		}
		seen[p.Field] = true
	}
}

func FuzzGGUF(f *testing.F) {
	f.Add(aGGUF[4:])
	f.Add(gguf(binary.BigEndian, true, [][]uint64{{2}}, "general.name", "x")[4:])
	f.Add(gguf(binary.LittleEndian, false, nil, "general.tags", []string{"x"})[4:])
	f.Fuzz(func(t *testing.T, data []byte) { harmless(t, append([]byte("GGUF"), data...)) })
}

func FuzzSafetensors(f *testing.F) {
	f.Add([]byte(aHeader), uint64(len(aHeader)))
	f.Add([]byte(`{"a":{}}`), uint64(1<<26))
	f.Fuzz(func(t *testing.T, header []byte, n uint64) {
		harmless(t, append(binary.LittleEndian.AppendUint64(nil, n), header...))
	})
}

func FuzzONNX(f *testing.F) {
	f.Add(anONNX)
	f.Add(anONNX[:200])
	f.Fuzz(func(t *testing.T, data []byte) { harmless(t, append([]byte{8, 9}, data...)) })
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(aConfig))
	f.Fuzz(func(t *testing.T, data []byte) { harmless(t, append([]byte("{"), data...)) })
}

func FuzzRead(f *testing.F) {
	for _, data := range [][]byte{aGGUF, safetensors(aHeader), anONNX, []byte(aConfig), []byte("PK\x03\x04data.pkl")} {
		f.Add(data)
	}
	f.Fuzz(harmless)
}
