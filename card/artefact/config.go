package artefact

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"cardstock/card"
)

func isJSON(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	return len(data) > 0 && data[0] == '{'
}

// configLines are what a config.json says of the model, under the names that families of models give it.
var configLines = []struct {
	words string
	names []string
}{
	{"Layers: ", []string{"num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"}},
	{"Decoder layers: ", []string{"decoder_layers", "num_decoder_layers"}},
	{"Hidden size: ", []string{"hidden_size", "n_embd", "d_model", "dim"}},
	{"Attention heads: ", []string{"num_attention_heads", "n_head", "n_heads", "encoder_attention_heads"}},
	{"Experts: ", []string{"num_local_experts", "num_experts", "n_routed_experts"}},
	{"Context length: ", []string{"max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length", "max_sequence_length"}},
	{"Vocabulary: ", []string{"vocab_size"}},
	{"Image size: ", []string{"image_size"}},
	{"Number type: ", []string{"torch_dtype", "dtype"}},
}

// units of what configLines names.
var units = map[string]string{"Context length: ": " tokens", "Vocabulary: ": " tokens"}

const mostConfig = 8 << 20

func readConfig(g *gathering, file []byte) error {
	if len(file) > mostConfig {
		return invalid("This JSON is too large to be the config.json of a model.")
	}
	var c map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(file, []byte("\ufeff")), &c); err != nil {
		return invalid("This begins as JSON, but it is not whole. If it is a config.json, download it again.")
	}
	if c["model_type"] == nil && c["architectures"] == nil {
		return invalid("This JSON is not the config.json of a model: it names neither model_type nor architectures. A model card in JSON is taken in with Import.")
	}
	g.say(modelType, before("Architecture: ", word(c["architectures"])), "architectures")
	g.say(modelType, before("Family: ", word(c["model_type"])), "model_type")
	layers(g, c, "")
	for _, part := range []string{"text_config", "vision_config", "audio_config"} { // of models that take more than text
		var inner map[string]json.RawMessage
		if json.Unmarshal(c[part], &inner) == nil && inner != nil {
			layers(g, inner, part)
		}
	}
	var q map[string]json.RawMessage
	if json.Unmarshal(c["quantization_config"], &q) == nil {
		bits := before(", bits: ", word(q["bits"]))
		g.say(modelType, before("Quantisation: ", word(q["quant_method"])+bits), "quantization_config")
	}
	var labels map[string]string
	if json.Unmarshal(c["id2label"], &labels) == nil && len(labels) > 0 {
		g.say(modelType, "Classes: "+classes(labels), "id2label")
	}
	if from := word(c["_name_or_path"]); hubName.MatchString(from) { // else it is a path on somebody's computer
		g.say(modelType, "Loaded from: "+from, "_name_or_path")
	}
	return nil
}

var hubName = regexp.MustCompile(`^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$`)

func layers(g *gathering, c map[string]json.RawMessage, part string) {
	of := ""
	if part != "" {
		of, part = strings.TrimSuffix(part, "_config")+", ", part+"."
	}
	for _, line := range configLines {
		for _, key := range line.names {
			if text := word(c[key]); text != "" {
				said := line.words + text + units[line.words]
				if of != "" {
					said = strings.ToUpper(of[:1]) + of[1:] + strings.ToLower(said[:1]) + said[1:]
				}
				g.say(modelType, said, part+key)
				break
			}
		}
	}
}

// word is a text, a number or a list of texts as a text, "" for anything else.
func word(raw json.RawMessage) string {
	var text string
	var number json.Number
	var list []string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return text
	case json.Unmarshal(raw, &number) == nil:
		return grouped(number.String())
	case json.Unmarshal(raw, &list) == nil:
		return strings.Join(list[:min(len(list), 20)], ", ")
	}
	return ""
}

func before(words, text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return words + text
}

// classes names the classes that a model tells apart if they are few, else it counts them.
func classes(labels map[string]string) string {
	const few = 20
	var names []string
	for i := range min(len(labels), few) {
		if label := labels[strconv.Itoa(i)]; label != "" && label != "LABEL_"+strconv.Itoa(i) {
			names = append(names, label)
		}
	}
	n := card.Grouped(uint64(len(labels)))
	if len(labels) > few || len(names) < len(labels) {
		return n
	}
	return n + " (" + strings.Join(names, ", ") + ")"
}
