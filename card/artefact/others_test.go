package artefact

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesOfOtherPrograms: files that others wrote, see testdata/README.md, say what was put into them.
func TestFilesOfOtherPrograms(t *testing.T) {
	for name, want := range map[string][]string{
		"ollama.gguf": {modelName + ": Tiny peas", licence + ": apache-2.0", owner + ": Pea club", "Architecture: gemma3", "Context length: 2,048 tokens", "Layers: 1", "Embedding length: 16",
			"Vocabulary: 3 tokens", "Languages: en, fr", "144", "F16"},
		"huggingface-v1.gguf":     {modelName + ": Tiny peas é", licence + ": mit", "Architecture: falcon", "Context length: 4,096 tokens", "Layers: 32", "Languages: en, fr", "Q8_0"},
		"huggingface-v3.gguf":     {modelName + ": Tiny peas é", licence + ": mit", "Architecture: falcon", "Context length: 4,096 tokens", "Layers: 32", "Languages: en, fr", "Q8_0"},
		"huggingface-v3-big.gguf": {modelName + ": Tiny peas é", licence + ": mit", "Architecture: falcon", "Context length: 4,096 tokens", "Layers: 32", "Languages: en, fr", "Q8_0"},
		"nlpodyssey.safetensors":  {modelName + ": Tiny peas", licence + ": MIT", versionDate + ": 2024-05-01", "learning rate: 0.0001", "PyTorch", "69", "BF16"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		facts, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var said strings.Builder
		for _, f := range facts.Proposals {
			said.WriteString(f.Field + ": " + f.Text + "\n")
		}
		for _, part := range want {
			if !strings.Contains(said.String(), part) {
				t.Errorf("%s: no %q in\n%s", name, part, said.String())
			}
		}
		if len(facts.Notes) > 0 {
			t.Errorf("%s: %q", name, facts.Notes)
		}
	}
}
