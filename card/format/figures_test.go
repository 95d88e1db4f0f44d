package format

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"cardstock/card"
)

// TestFiguresBecomePictures: a picture in a foreign file is in the section of what stands beside it, cleaned, and goes back out to where it was.
func TestFiguresBecomePictures(t *testing.T) {
	t.Parallel()
	png := base64.StdEncoding.EncodeToString(plot(t, 8))
	svg := base64.StdEncoding.EncodeToString([]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><script>alert(1)</script><rect width="4" height="4"/></svg>`))
	r := read(t, []byte(`{"schema_version":"0.0.2","model_details":{"name":"Peas"},
		"model_parameters":{"data":[{"name":"Pods","graphics":{"collection":[{"name":"Sizes","image":"`+png+`"}]}}]},
		"quantitative_analysis":{"graphics":{"description":"By pod","collection":[{"name":"ROC/curve","image":"data:image/png;base64,`+png+`"},{"image":"`+svg+`"},{"name":"None","image":"{image_bytes}"}]}}}`))
	var got []string
	for _, a := range r.Card.Attachments {
		got = append(got, fmt.Sprint(a.Section, " ", a.Name, " ", a.MediaType, " ", a.Alt, " ", a.Width, "x", a.Height))
	}
	want := "training_data Sizes.png image/png Sizes 8x4\nquantitative_analyses ROC_curve.png image/png ROC/curve 8x4\n" +
		"quantitative_analyses picture 3.svg image/svg+xml A picture without a name in the file it came from 4x4"
	if is := strings.Join(got, "\n"); is != want {
		t.Fatalf("%s\nwant\n%s", is, want)
	}
	if bytes.Contains(r.Card.Attachments[2].Bytes, []byte("script")) {
		t.Error("the drawing still has its script")
	}
	notes := strings.Join(r.Notes, "\n")
	if !strings.Contains(notes, "3 pictures of the file are in their sections now") || !strings.Contains(notes, "1 text stands for a picture and is none") {
		t.Errorf("it says %s", notes)
	}
	for _, f := range []*Format{mctFormat, mctProtoFormat, cycloneDXFormat, cycloneDX17Format} {
		data, err := f.Encode(templates(t), r.Card)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		again := read(t, data)
		n := 0
		for _, a := range again.Card.Attachments {
			for _, was := range r.Card.Attachments {
				if a.Section == was.Section && a.Alt == was.Alt && bytes.Equal(a.Bytes, was.Bytes) && a.MediaType == was.MediaType {
					n++
				}
			}
		}
		if most := map[bool]int{true: 3, false: 2}[f == mctFormat || f == mctProtoFormat]; n != most || len(again.Card.Attachments) != most {
			t.Errorf("%s: %d of %d pictures came back as they were, want %d", f.Name, n, len(again.Card.Attachments), most)
		}
	}
	for _, f := range All() {
		if f.Encode == nil || !f.Fits(r.Card.Kind) {
			continue
		}
		data, err := f.Encode(templates(t), r.Card)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		l, err := Account(t.Context(), templates(t), r.Card, f, data)
		if err != nil {
			t.Fatal(f.Name, err)
		}
		left := len(r.Card.Attachments)
		switch {
		case !f.Returns(), f == cardstockFormat, f == pageFormat:
			left = 0
		case f == mctFormat, f == mctProtoFormat, f == cycloneDXFormat, f == cycloneDX17Format:
			left -= len(read(t, data).Card.Attachments)
		}
		if l.Attachments != left || len(l.Which) != left || left > 0 && l.Which[0].Name == "" {
			t.Errorf("%s is said to leave %d attachments out, want %d", f.Name, l.Attachments, left)
		}
	}
}

// TestNamesOfFiguresAreKept: what is no short text, or stands beside a picture's text, has no place in a picture, and goes nowhere else than
// what is not known does.
func TestNamesOfFiguresAreKept(t *testing.T) {
	t.Parallel()
	png := base64.StdEncoding.EncodeToString(plot(t, 8))
	long := strings.Repeat("a long name ", card.MaxAlt/10)
	for what, in := range map[string]string{
		"long":    `{"name":"` + long + `","image":"` + png + `"}`,
		"deep":    `{"name":{"en":"Kurve"},"image":"` + png + `"}`,
		"several": `{"name":["Kurve","Curve"],"image":"` + png + `"}`,
		"beside":  `{"name":"Kurve","image":{"content":"` + png + `","encoding":"base64","licence":"Kurve"}}`,
	} {
		for member, open := range map[string]string{
			"toolkit":   `{"model_details":{"name":"Peas"},"quantitative_analysis":{"graphics":{"collection":[` + in + `]}}}`,
			"citations": `{"model_details":{"name":"Peas","citations":[` + in + `]},"considerations":{"users":[{"description":"x"}]}}`,
		} {
			r := read(t, []byte(open))
			if answers := strings.Join(allAnswers(r.Card), "\n"); !strings.Contains(answers, "Kurve") && !strings.Contains(answers, strings.TrimSpace(long)) {
				t.Errorf("%s in %s is lost: %+v", what, member, r.Notes)
			}
		}
	}
}

// TestFiguresAreBounded: what is too much or too many stays in the original, and is counted.
func TestFiguresAreBounded(t *testing.T) {
	undetected(t)
	png := base64.StdEncoding.EncodeToString(plot(t, 2))
	one := `{"image":"` + png + `"},`
	r := read(t, []byte(`{"model_details":{"name":"Peas"},"quantitative_analysis":{"graphics":{"collection":[`+strings.TrimSuffix(strings.Repeat(one, 5<<20/len(one)-10), ",")+`]}}}`))
	if n := len(r.Card.Attachments); n != card.MaxAttachments || !strings.Contains(strings.Join(r.Notes, "\n"), "pictures stay in the uploaded original") {
		t.Errorf("%d pictures, %q", n, r.Notes)
	}
}

// TestImageThatIsAWord: below the top a member called image may name something else than a picture, as that of a container.
func TestImageThatIsAWord(t *testing.T) {
	const file = `{"name": "Peas", "docker": {"image": "peas/serve:1.2", "ports": {"image": {"content": "none of it"}}}}`
	r := read(t, []byte(file))
	for key, want := range map[string]string{"json.docker.image": "peas/serve:1.2", "json.docker.ports.image.content": "none of it"} {
		f, _ := r.Card.Field(key)
		if f == nil || f.Answer != want {
			t.Errorf("%s is %+v, want %q", key, f, want)
			continue
		}
		c := r.Card.Clone()
		f, _ = c.Field(key)
		f.Answer = "other:2"
		if out := returned(t, c, []byte(file), r.As); string(out.Data) != strings.Replace(file, want, "other:2", 1) {
			t.Errorf("%s, edited: %s", key, out.Data)
		}
	}
}
