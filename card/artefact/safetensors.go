package artefact

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// A safetensors file begins with the length of its header in eight bytes, and the header: JSON that names the tensors.

const mostHeader = 100 << 20 // what the format allows

func isSafetensors(data []byte) bool {
	if len(data) < 9 || data[8] != '{' {
		return false
	}
	n := binary.LittleEndian.Uint64(data)
	return n >= 2 && n <= mostHeader
}

type tensor struct {
	Type  string   `json:"dtype"`
	Shape []uint64 `json:"shape"`
}

func readSafetensors(g *gathering, file []byte) error {
	size := binary.LittleEndian.Uint64(file)
	header := file[8:]
	cut := uint64(len(header)) < size
	if !cut {
		header = header[:size]
	}
	d := json.NewDecoder(bytes.NewReader(header))
	params, err := tensors(g, d)
	if cut && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)) {
		g.note("The header of this file is larger than the part that was read, so its parameters were not counted.")
		return nil
	}
	if err != nil {
		return invalid("The header of this safetensors file is damaged: byte %d of it is not what the format says.", d.InputOffset())
	}
	params.say(g, "shapes in the header")
	return nil
}

func tensors(g *gathering, d *json.Decoder) (*counted, error) {
	params := &counted{}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		if key == "__metadata__" {
			var m map[string]string
			if err := d.Decode(&m); err != nil {
				return nil, err
			}
			metadata(g, m)
			continue
		}
		var t tensor
		if err := d.Decode(&t); err != nil {
			return nil, err
		}
		params.add(t.Type, t.Shape)
	}
	_, err := d.Token() // the closing brace
	return params, err
}

// metadata of the ModelSpec standard has places in a card. What trainers note (ss_learning_rate) is how the model was trained.
var modelSpec = map[string]string{
	"modelspec.title": modelName, "modelspec.author": owner, "modelspec.license": licence, "modelspec.usage_hint": uses,
	"name": modelName, "title": modelName, "author": owner, "license": licence, "license_link": references,
	"version": versionName,
}

func metadata(g *gathering, m map[string]string) {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		value, from := m[key], "__metadata__."+key
		short := len(value) <= 200 && !strings.Contains(value, "\n")
		switch {
		case modelSpec[key] != "":
			g.say(modelSpec[key], value, from)
		case key == "modelspec.date":
			if day, _, _ := strings.Cut(value, "T"); isDay(day) {
				g.say(versionDate, day, from)
			}
		case key == "modelspec.description":
			g.say(modelType, before("Description: ", value), from)
		case key == "modelspec.merged_from":
			g.say(modelType, "Merged from: "+value, from)
		case key == "modelspec.architecture":
			g.say(modelType, "Architecture: "+value, from)
		case strings.HasPrefix(key, "ss_") && short && value != "None":
			g.say(training, strings.ReplaceAll(strings.TrimPrefix(key, "ss_"), "_", " ")+": "+value, from)
		case key == "format" && short:
			g.say(modelType, "Saved from: "+frameworks(value), from)
		}
	}
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func frameworks(format string) string {
	if full := map[string]string{"pt": "PyTorch", "tf": "TensorFlow", "flax": "Flax", "mlx": "MLX", "np": "NumPy"}[format]; full != "" {
		return full
	}
	return format
}
