package format

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"cardstock/card"
)

var (
	protoMessage = regexp.MustCompile(`(?s)message (\w+) \{(.*?)\n\}`)
	protoLine    = regexp.MustCompile(`(?m)^\s*(optional |repeated )?(\w+) (\w+) = (\d+);`)
)

// publishedProto reads model_card.proto from the corpus; without it, it is what mctproto.go says of it.
func publishedProto(t testing.TB) map[string][]protoField {
	t.Helper()
	text, err := os.ReadFile(shared + "mct/model_card.proto.txt")
	if err != nil {
		t.Log("The published model_card.proto (../shared/corpus) is absent: what is written is checked against our own reading of it.")
		return mctMessages
	}
	published := map[string][]protoField{}
	for _, m := range protoMessage.FindAllSubmatch(text, -1) {
		lines := protoLine.FindAllStringSubmatch(string(m[2]), -1)
		fields := make([]protoField, len(lines))
		for _, line := range lines {
			number, _ := strconv.Atoi(line[4])
			f := protoField{line[3], line[2], line[1] == "repeated "}
			if f.message == "string" {
				f.message = ""
			}
			fields[number-1] = f
		}
		published[string(m[1])] = fields
	}
	return published
}

// TestProtoSchema: our table of the messages is the published one.
func TestProtoSchema(t *testing.T) {
	published := publishedProto(t)
	if len(published) != 22 || len(mctMessages) != len(published) {
		t.Errorf("%d messages, published are %d", len(mctMessages), len(published))
	}
	for message, fields := range published {
		for i, f := range fields {
			if ours := mctMessages[message]; i >= len(ours) || ours[i] != f {
				t.Errorf("%s: field %d is %+v, and ours are %+v", message, i+1, f, ours)
			}
		}
	}
}

// modelCardProto is the published message, as protobuf's own packages read it.
func modelCardProto(t testing.TB) protoreflect.MessageDescriptor {
	t.Helper()
	file := &descriptorpb.FileDescriptorProto{Name: proto.String("model_card.proto"), Package: proto.String("p"), Syntax: proto.String("proto2")}
	for message, fields := range publishedProto(t) {
		d := &descriptorpb.DescriptorProto{Name: &message}
		for i, f := range fields {
			label, kind := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_TYPE_STRING
			if f.repeated {
				label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED
			}
			fd := &descriptorpb.FieldDescriptorProto{Name: &f.name, Number: proto.Int32(int32(i + 1)), Label: &label, Type: &kind}
			if f.message != "" {
				kind = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
				fd.TypeName = proto.String(".p." + f.message)
			}
			d.Field = append(d.Field, fd)
		}
		file.MessageType = append(file.MessageType, d)
	}
	built, err := protodesc.NewFile(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return built.Messages().ByName("ModelCard")
}

// noUnknown fails for a message with fields that the schema does not have.
func noUnknown(t *testing.T, name string, m protoreflect.Message) {
	t.Helper()
	if len(m.GetUnknown()) > 0 {
		t.Errorf("%s: there are fields that the schema does not have", name)
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Message() != nil && f.IsList() {
			for i := range v.List().Len() {
				noUnknown(t, name, v.List().Get(i).Message())
			}
		} else if f.Message() != nil {
			noUnknown(t, name, v.Message())
		}
		return true
	})
}

// alike is same but for the order of the questions: fields come in the order of their numbers, or in that of the file.
func alike(t *testing.T, name string, got, want *card.Card) {
	t.Helper()
	g, w := plainCard(got), plainCard(want)
	slices.Sort(g)
	slices.Sort(w)
	for i := range w {
		if i >= len(g) || g[i] != w[i] {
			t.Errorf("%s: the card changed:\n got %q\nwant %q", name, g[min(i, len(g)-1)], w[i])
			return
		}
	}
}

// TestModelCardToolkitProto: what is written is valid by the published schema, holds what the JSON holds, comes back as the same card
// as from the JSON, in the binary form and in the text form that protobuf's own package writes; and nothing is left out.
func TestModelCardToolkitProto(t *testing.T) {
	undetected(t)
	schema := modelCardProto(t)
	for name, c := range written(t) {
		data, err := mctProtoFormat.Encode(templates(t), c)
		if err != nil {
			t.Fatal(name, err)
		}
		m := dynamicpb.NewMessage(schema)
		if err := proto.Unmarshal(data, m); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		noUnknown(t, name, m)
		text, err := prototext.MarshalOptions{Multiline: true}.Marshal(m)
		if err != nil {
			t.Fatal(name, err)
		}
		json, err := mctFormat.Encode(templates(t), c)
		if err != nil {
			t.Fatal(name, err)
		}
		want := read(t, json)
		for form, data := range map[string][]byte{"binary": data, "text": text} {
			r, err := Read(templates(t), data)
			if err != nil || r.Format != mctProtoFormat {
				t.Errorf("%s, %s: %+v, %v", name, form, r, err)
				continue
			}
			alike(t, name+", "+form, r.Card, want.Card)
		}
		l, err := Account(t.Context(), templates(t), c, mctProtoFormat, data)
		if err != nil || l.Totals[LeftOut] > 0 && name != "hostile" || l.Totals[Carried]+l.Totals[Changed]+l.Totals[LeftOut] != len(allAnswers(c)) {
			t.Errorf("%s: %+v of %d answers, %v", name, l.Totals, len(allAnswers(c)), err)
		}
		second, err := mctProtoFormat.Encode(templates(t), read(t, data).Card)
		if err != nil {
			t.Fatal(name, err)
		}
		if third, err := mctProtoFormat.Encode(templates(t), read(t, second).Card); err != nil || !bytes.Equal(third, second) {
			t.Errorf("%s: a further round changes it, %v", name, err)
		}
	}
}

const protoExample = "# proto-message: ModelCard\n\nmodel_details: {\n  name: \"Fo\" 'x'\n  overview: \"Caf\\303\\251, \\u00e9 \\x41\\n\"\n  owners { name: 'A' }\n  owners: < name: \"B\" contact: \"b@c.d\" >;\n  licenses: [{ identifier: \"MIT\" }, { custom_text: \"more\" }],\n" +
	"}\nconsiderations { users: { description: \"nurses\" } new_field: { deep: 12 } } # end\n"

// TestReadsProtoText: the text form in all the ways it is written, also those that protobuf's own package reads, and what the schema does not have.
func TestReadsProtoText(t *testing.T) {
	r := read(t, []byte(protoExample))
	if r.Format != mctProtoFormat || answer(t, r.Card, "model_details.name") != "Fox" || answer(t, r.Card, "model_details.owner_name") != "A; B" ||
		answer(t, r.Card, "intended_use.primary_users") != "nurses" || answer(t, r.Card, "model_details.license") != "MIT; more" {
		t.Errorf("%s: %q", r.Format.Name, allAnswers(r.Card))
	}
	for _, want := range []string{"Café, é A", "12"} {
		if !strings.Contains(strings.Join(allAnswers(r.Card), "|"), want) {
			t.Errorf("%q is in no answer of %q", want, allAnswers(r.Card))
		}
	}
	schema := modelCardProto(t)
	for file, data := range corpus(t, "mct/*.pbtxt.txt") {
		m := dynamicpb.NewMessage(schema)
		if err := prototext.Unmarshal(data, m); err != nil {
			t.Fatal(file, err)
		}
		data2, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, data)
		if r.Format != mctProtoFormat || r.Recognised < 12 {
			t.Errorf("%s: read as %s, %d answers", file, r.Format.Name, r.Recognised)
		}
		alike(t, file, read(t, data2).Card, r.Card)
		t.Logf("%s: %d recognised, %d own, %q", file, r.Recognised, r.Custom, r.Notes)
	}
}

// TestReadsHalfAProto: of a file that was cut off what is there is read, and that is said.
func TestReadsHalfAProto(t *testing.T) {
	undetected(t)
	c := written(t)["full"]
	data := encode(t, ".mct.pb", c)
	for _, whole := range [][]byte{data, []byte(protoExample)[:150]} {
		readable := 0
		for n := len(whole) / 4; n < len(whole); n++ {
			r, err := Read(templates(t), whole[:n])
			if err == nil && strings.Contains(strings.Join(r.Notes, " "), "ends too early") {
				readable++
			} else if err != nil && card.CodeOf(err) != card.Invalid {
				t.Fatal(err)
			}
		}
		if readable < len(whole)*3/4*9/10 {
			t.Errorf("of %d beginnings %d were read", len(whole)*3/4, readable)
		}
	}
}

// TestNoOtherFileIsAProto: what begins like one and is something else is read as that, and a mistake has its place.
func TestNoOtherFileIsAProto(t *testing.T) {
	for _, tt := range []struct{ data, format string }{
		{"model_details: {name: Fox, overview: a fox}\nconsiderations: {users: nurses}\n", "mct"},
		{"model_details:\n  name: Fox\n", "mct"},
		{"\n---\nlicense: mit\n---\n# Fox\n", "hub"},
		{"\n# A heading\n\n" + strings.Repeat("text ", 30), "hub"},
	} {
		if r, err := Read(templates(t), []byte(tt.data)); err != nil || r.Format.Name != tt.format {
			t.Errorf("%.40q: %+v, %v", tt.data, r, err)
		}
	}
	_, err := Read(templates(t), []byte("model_details {\n  name: \"x\"\n  = 3\n}"))
	if err == nil || !strings.Contains(err.Error(), "line 3, column 3") {
		t.Errorf("%v", err)
	}
}

// FuzzProto: whatever a proto says, reading it ends with a card or a sentence, and what protobuf's own package reads is read here, too.
func FuzzProto(f *testing.F) {
	schema := modelCardProto(f)
	f.Add(encode(f, ".mct.pb", templates(f).Get("model").New()))
	f.Add([]byte(protoExample))
	f.Add([]byte("\x0a\x08\x0a\x03Fox\x12\x01x\x22\x05\x0a\x03\x0a\x01n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, _ := readProto(data)
		m := dynamicpb.NewMessage(schema)
		if root != nil && len(data) > 0 {
			out := appendMessage(nil, "ModelCard", root)
			if err := proto.Unmarshal(out, m); err != nil {
				t.Fatalf("what was written is no proto: %v", err)
			}
		}
		d := &Document{text: string(data)}
		if _, err := d.parseProtoText(); err != nil && card.CodeOf(err) != card.Invalid {
			t.Fatal(err)
		}
		if _, err := Read(templates(t), data); err != nil && card.CodeOf(err) != card.Invalid {
			t.Fatal(err)
		}
	})
}
