package format

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"cardstock/card"
)

// mctProtoFormat is the protocol buffer of TensorFlow's Model Card Toolkit, which it keeps beside its JSON: read in its binary and
// its text form, written in the binary one. Its members have the names of the JSON, so both are one tree: what is said of the JSON in mct.go holds here.
var mctProtoFormat = &Format{
	Name: "mct-proto", Label: "Model Card Toolkit proto", Use: "For TensorFlow’s Model Card Toolkit, as model_card.proto", Suffix: ".mct.pb", MediaType: "application/x-protobuf",
	Detect: func(d *Document) bool { return d.proto }, Decode: decodeMCT, Encode: encodeMCTProto, Kind: card.Model,
}

// mctSchema is model_card.proto: of each message the names of its fields, in the order of their numbers. What has a message behind it
// is one, what has none is a text; * is repeated.
const mctSchema = `
ModelCard: model_details=ModelDetails model_parameters=ModelParameters quantitative_analysis=QuantitativeAnalysis considerations=Considerations
ModelDetails: name overview documentation owners*=Owner version=Version licenses*=License references*=Reference citations*=Citation path
Owner: name contact
Version: name date diff
License: identifier custom_text
Reference: reference
Citation: style citation
ModelParameters: model_architecture data*=Dataset input_format output_format input_format_map*=KeyVal output_format_map*=KeyVal
Dataset: name link sensitive=SensitiveData graphics=GraphicsCollection description
SensitiveData: sensitive_data*
GraphicsCollection: description collection*=Graphic
Graphic: name image
KeyVal: key value
QuantitativeAnalysis: performance_metrics*=PerformanceMetric graphics=GraphicsCollection
PerformanceMetric: type value slice confidence_interval=ConfidenceInterval
ConfidenceInterval: lower_bound upper_bound
Considerations: users*=User use_cases*=UseCase limitations*=Limitation tradeoffs*=Tradeoff ethical_considerations*=Risk
User: description
UseCase: description
Limitation: description
Tradeoff: description
Risk: name mitigation_strategy
`

// A protoField is one field of a message; its number is its place, from 1.
type protoField struct {
	name     string
	message  string // what it holds, "" for a text
	repeated bool
}

var mctMessages = func() map[string][]protoField {
	messages := map[string][]protoField{}
	for line := range strings.Lines(strings.TrimSpace(mctSchema)) {
		message, fields, _ := strings.Cut(line, ":")
		for _, word := range strings.Fields(fields) {
			f := protoField{}
			f.name, f.message, _ = strings.Cut(word, "=")
			f.name, f.repeated = strings.CutSuffix(f.name, "*")
			messages[message] = append(messages[message], f)
		}
	}
	return messages
}()

func encodeMCTProto(ts *card.Templates, c *card.Card) ([]byte, error) {
	tree := mctTree(ts, c)
	return appendMessage(nil, "ModelCard", &tree), nil
}

// A protoItem is one value of a field.
type protoItem struct {
	protoField
	number protowire.Number
	*value
}

// protoItems are what an object has for a message, in the order of the numbers of its fields, so that the same card gives the same bytes.
func protoItems(message string, v *value) (all []protoItem) {
	for i, f := range mctMessages[message] {
		m := v.get(f.name)
		switch {
		case m == nil:
		case m.kind == listValue:
			for j := range m.items {
				all = append(all, protoItem{f, protowire.Number(i + 1), &m.items[j]})
			}
		default:
			all = append(all, protoItem{f, protowire.Number(i + 1), m})
		}
	}
	return all
}

// appendMessage writes an object in the binary form.
func appendMessage(b []byte, message string, v *value) []byte {
	for _, item := range protoItems(message, v) {
		b = protowire.AppendTag(b, item.number, protowire.BytesType)
		if item.message == "" {
			b = protowire.AppendString(b, strings.ToValidUTF8(item.text, "\ufffd"))
		} else {
			b = protowire.AppendBytes(b, appendMessage(nil, item.message, item.value))
		}
	}
	return b
}

// A protoReader makes a tree of the binary form. What it says is believed only as far as it is there.
type protoReader struct {
	texts, values int
	cut           bool // the data ends too early
	wrong         bool // it is something else
}

// readProto returns the tree of a model card in the binary form, nil if the data is something else.
func readProto(data []byte) (root *value, notes []string) {
	if len(data) < 4 || data[0]&7 != byte(protowire.BytesType) || data[0]>>3 == 0 || data[0]>>3 > 4 {
		return nil, nil
	}
	for _, open := range []bool{false, true} {
		if open && !bytes.ContainsFunc(data, control) { // it is a text
			return nil, nil
		}
		r := &protoReader{}
		if v := r.message(data, "ModelCard", open); !r.wrong && r.texts > 0 {
			if r.cut {
				notes = append(notes, tooEarly+"; what comes before the end was read.")
			}
			return &v, notes
		}
	}
	return nil, nil
}

// message reads one message; open is one of which the end may be missing.
func (r *protoReader) message(data []byte, message string, open bool) value {
	o := newFieldList()
	for len(data) > 0 && !r.wrong {
		number, kind, n := protowire.ConsumeTag(data)
		if r.values++; n < 0 || r.values > maxValues {
			r.end(open && r.values <= maxValues)
			break
		}
		data = data[n:]
		var f protoField
		if fields := mctMessages[message]; int(number) <= len(fields) {
			f = fields[number-1]
		}
		if kind != protowire.BytesType {
			data = r.unknown(o, f, number, kind, data, open)
			continue
		}
		size, n := protowire.ConsumeVarint(data)
		if n < 0 {
			r.end(open)
			break
		}
		data = data[n:]
		short := size > uint64(len(data))
		if short {
			r.end(open)
			size = uint64(len(data))
		}
		r.field(o, f, number, data[:size], short)
		data = data[size:]
	}
	return o.object()
}

// end notes that the data ends in the middle of something, where that may be.
func (r *protoReader) end(open bool) { r.cut, r.wrong = true, r.wrong || !open }

func (r *protoReader) field(o *fieldList, f protoField, number protowire.Number, data []byte, short bool) {
	if f.message != "" {
		o.add(f.name, f.repeated, r.message(data, f.message, short))
		return
	}
	for short && len(data) > 0 && !utf8.Valid(data) { // half a character at the end
		data = data[:len(data)-1]
	}
	text, err := card.CleanText(string(data))
	if err != nil || !utf8.Valid(data) {
		r.wrong = true
		return
	}
	if f.name == "" {
		f.name = "field_" + strconv.Itoa(int(number))
	} else {
		r.texts++
	}
	o.add(f.name, f.repeated, newText(text))
}

// unknown keeps a number that the schema does not have, and returns what comes after it. A field that it does have is a text or a message.
func (r *protoReader) unknown(o *fieldList, f protoField, number protowire.Number, kind protowire.Type, data []byte, open bool) []byte {
	v, n := uint64(0), 0
	switch kind {
	case protowire.VarintType:
		v, n = protowire.ConsumeVarint(data)
	case protowire.Fixed32Type:
		var v32 uint32
		v32, n = protowire.ConsumeFixed32(data)
		v = uint64(v32)
	case protowire.Fixed64Type:
		v, n = protowire.ConsumeFixed64(data)
	default:
		r.wrong = true
		return nil
	}
	if f.name != "" {
		r.wrong = true
	}
	if n < 0 {
		r.end(open)
		return nil
	}
	o.add("field_"+strconv.Itoa(int(number)), false, value{kind: numberValue, text: strconv.FormatUint(v, 10)})
	return data[n:]
}

// A fieldList is an object of which a name that comes again makes a list.
type fieldList struct {
	members []member
	at      map[string]int
}

func newFieldList() *fieldList { return &fieldList{at: map[string]int{}} }

func (l *fieldList) add(name string, repeated bool, v value) {
	i, again := l.at[name]
	switch {
	case !again && repeated:
		v = newList([]value{v})
		fallthrough
	case !again:
		l.at[name] = len(l.members)
		l.members = append(l.members, member{name, v})
	case l.members[i].value.kind != listValue:
		l.members[i].value = newList([]value{l.members[i].value, v})
	default:
		l.members[i].value.items = append(l.members[i].value.items, v)
	}
}

func (l *fieldList) object() value { return newObject(l.members...) }
