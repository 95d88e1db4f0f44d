package artefact

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// An ONNX file is one message of protocol buffers: a model with a graph in it. Only the fields below are looked at, by their numbers in
// onnx.proto; the bytes of weights are passed over.

func isONNX(data []byte) bool {
	return len(data) > 2 && data[0] == 1<<3|byte(protowire.VarintType) && data[1] > 0 && data[1] < 64 // its first field: ir_version
}

// A part is one field of a message.
type part struct {
	number protowire.Number
	n      uint64 // of a number
	bytes  []byte // of a text or a message; cut off with the data
	cut    bool
}

// parts calls fn for each field of a message and reports whether it was one, as far as it goes.
func parts(data []byte, fn func(p part)) (whole, sound bool) {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return false, len(data) < 6 && data[len(data)-1] >= 0x80 // the tag itself is cut off
		}
		data = data[n:]
		p := part{number: number}
		switch kind {
		case protowire.VarintType:
			p.n, n = protowire.ConsumeVarint(data)
		case protowire.BytesType:
			size, m := protowire.ConsumeVarint(data)
			if n = m; m > 0 && size > uint64(len(data)-m) {
				p.bytes, p.cut = data[m:], true
				fn(p)
				return false, true
			} else if m > 0 {
				p.bytes, n = data[m:m+int(size)], m+int(size)
			}
		case protowire.Fixed32Type:
			n = min(4, len(data)+1)
		case protowire.Fixed64Type:
			n = min(8, len(data)+1)
		default:
			return false, false
		}
		if n < 0 || n > len(data) {
			return false, len(data) < 10
		}
		data = data[n:]
		fn(p)
	}
	return true, true
}

// onnx is what was found in a model.
type onnx struct {
	irVersion      uint64
	producer       [2]string
	opsets         []string
	name, doc      string
	inputs         []string // "name: type [shape]"
	outputs        []string
	names          []string // of inputs
	weights        map[string]bool
	operators      map[string]int
	params         counted
	graph, damaged bool
	metadata       [][2]string
}

const (
	mostListed = 20     // inputs or outputs, of which a model has a few
	mostNamed  = 10_000 // weights, and the inputs that older files make of them; a hostile file could name millions
	mostDims   = 64     // of a tensor
)

func readONNX(g *gathering, file []byte) error {
	m := &onnx{weights: map[string]bool{}, operators: map[string]int{}}
	whole, sound := parts(file, m.model)
	if !sound || m.damaged || !m.graph || m.irVersion == 0 {
		return invalid("This is no model file that Cardstock reads, or it is damaged. It reads %s.", Readable)
	}
	m.say(g, whole)
	return nil
}

func (m *onnx) model(p part) {
	switch p.number {
	case 1:
		m.irVersion = p.n
	case 2, 3:
		m.producer[p.number-2] = string(p.bytes)
	case 6:
		m.doc = string(p.bytes)
	case 7:
		m.graph = true
		m.into(p, m.inGraph)
	case 8:
		domain, v := "ai.onnx", uint64(0)
		m.into(p, func(p part) {
			if p.number == 1 && len(p.bytes) > 0 {
				domain = string(p.bytes)
			} else if p.number == 2 {
				v = p.n
			}
		})
		if len(m.opsets) < mostListed {
			m.opsets = append(m.opsets, fmt.Sprint(domain, " ", v))
		}
	case 14:
		if key, value := m.pair(p); len(m.metadata) < mostListed {
			m.metadata = append(m.metadata, [2]string{key, value})
		}
	}
}

// into reads a message within a message.
func (m *onnx) into(p part, fn func(p part)) {
	if _, sound := parts(p.bytes, fn); !sound {
		m.damaged = true
	}
}

func (m *onnx) pair(p part) (key, value string) {
	m.into(p, func(p part) {
		switch p.number {
		case 1:
			key = string(p.bytes)
		case 2:
			value = string(p.bytes)
		}
	})
	return key, value
}

func (m *onnx) inGraph(p part) {
	switch p.number {
	case 1:
		m.into(p, func(p part) {
			if p.number == 4 && !p.cut {
				m.operator(string(p.bytes))
			}
		})
	case 2:
		m.name = string(p.bytes)
	case 5:
		m.tensor(p)
	case 11:
		if name, text := m.value(p); len(m.names) < mostNamed {
			m.names, m.inputs = append(m.names, name), append(m.inputs, text)
		}
	case 12:
		if _, text := m.value(p); len(m.outputs) < mostNamed {
			m.outputs = append(m.outputs, text)
		}
	}
}

const mostOperators = 1000

func (m *onnx) operator(name string) {
	if _, known := m.operators[name]; known || len(m.operators) < mostOperators && len(name) < 100 {
		m.operators[name]++
	}
}

func (m *onnx) tensor(p part) {
	var shape []uint64
	kind := uint64(0)
	m.into(p, func(p part) {
		switch p.number {
		case 1:
			if p.bytes == nil {
				shape = append(shape, p.n)
			}
			for b := p.bytes; len(b) > 0 && len(shape) <= mostDims; { // all in one, as proto3 writes them
				d, n := protowire.ConsumeVarint(b)
				if n < 0 {
					break
				}
				shape, b = append(shape, d), b[n:]
			}
		case 2:
			kind = p.n
		case 8:
			if len(m.weights) < mostNamed {
				m.weights[string(p.bytes)] = true
			}
		}
	})
	if len(shape) <= mostDims {
		m.params.add(onnxType(kind), shape)
	}
}

// value reads what an input or an output is.
func (m *onnx) value(p part) (name, text string) {
	kind, shape := "", []string{}
	m.into(p, func(p part) {
		switch p.number {
		case 1:
			name = string(p.bytes)
		case 2:
			m.into(p, func(p part) {
				if p.number == 1 { // a tensor
					kind, shape = m.tensorType(p)
				}
			})
		}
	})
	text = name
	if kind != "" {
		text += ": " + kind
	}
	if len(shape) > 0 {
		text += " [" + strings.Join(shape, ", ") + "]"
	}
	return name, text
}

func (m *onnx) tensorType(p part) (kind string, shape []string) {
	m.into(p, func(p part) {
		switch p.number {
		case 1:
			kind = onnxType(p.n)
		case 2:
			m.into(p, func(p part) {
				size := "?"
				m.into(p, func(p part) {
					switch p.number {
					case 1:
						size = fmt.Sprint(int64(p.n))
					case 2:
						size = string(p.bytes)
					}
				})
				if len(shape) < 16 {
					shape = append(shape, size)
				}
			})
		}
	})
	return kind, shape
}

func (m *onnx) say(g *gathering, whole bool) {
	g.say(modelName, m.meta("name", "model_name", "title"), "metadata_props")
	if g.said[modelName] == nil && !generated[m.name] {
		g.say(modelName, m.name, "graph.name")
	}
	g.say(licence, m.meta("license", "licence"), "metadata_props")
	g.say(owner, m.meta("author", "authors"), "metadata_props")
	g.say(modelType, before("Description: ", m.doc), "doc_string")
	g.say(modelType, before("Exported by: ", strings.Join(strings.Fields(strings.Join(m.producer[:], " ")), " ")), "producer_name")
	g.say(modelType, before("Operator sets: ", strings.Join(m.opsets, ", ")), "opset_import")
	var inputs []string
	for i, name := range m.names {
		if !m.weights[name] { // older files list their weights as inputs
			inputs = append(inputs, m.inputs[i])
		}
	}
	g.say(modelType, before("Inputs: ", listed(inputs)), "graph.input")
	g.say(modelType, before("Outputs: ", listed(m.outputs)), "graph.output")
	g.say(modelType, before("Operators: ", m.used()), "graph.node")
	if whole && len(m.opsets) > 0 { // every model has one, behind its graph
		m.params.say(g, "graph.initializer")
	} else {
		g.note("This is the first part of an ONNX file: the parameters were not counted, and inputs, outputs and operators may be missing.")
	}
}

// generated are names that exporters give a graph of which they know none.
var generated = map[string]bool{"main_graph": true, "torch_jit": true, "torch-jit-export": true, "tf2onnx": true, "graph": true, "main": true}

func (m *onnx) meta(keys ...string) string {
	for _, pair := range m.metadata {
		if slices.Contains(keys, strings.ToLower(pair[0])) {
			return pair[1]
		}
	}
	return ""
}

func listed(list []string) string {
	if more := len(list) - mostListed; more > 0 {
		return strings.Join(list[:mostListed], "; ") + fmt.Sprint("; and ", more, " more")
	}
	return strings.Join(list, "; ")
}

// used names the operators, the most used first.
func (m *onnx) used() string {
	names := slices.Sorted(maps.Keys(m.operators))
	slices.SortStableFunc(names, func(a, b string) int { return m.operators[b] - m.operators[a] })
	more := ""
	if len(names) > 2*mostListed {
		names, more = names[:2*mostListed], fmt.Sprint(", and ", len(names)-2*mostListed, " more kinds")
	}
	for i, name := range names {
		names[i] = fmt.Sprint(name, " × ", m.operators[name])
	}
	return strings.Join(names, ", ") + more
}

var onnxTypes = strings.Split(",float32,uint8,int8,uint16,int16,int32,int64,string,bool,float16,float64,uint32,uint64,complex64,complex128,bfloat16,"+
	"float8e4m3fn,float8e4m3fnuz,float8e5m2,float8e5m2fnuz,uint4,int4,float4e2m1", ",")

func onnxType(n uint64) string {
	if n < uint64(len(onnxTypes)) && n > 0 {
		return onnxTypes[n]
	}
	return fmt.Sprint("type ", n)
}
