package format

import (
	"testing"
)

// BenchmarkRecognise recognises a long document whose shape no format knows, so that each looks at it.
func BenchmarkRecognise(b *testing.B) {
	d, err := Open(longFile(20_000))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if all := d.choices(templates(b)); len(all) == 0 || all[0].Name != anyFormat.Name {
			b.Fatal(all)
		}
	}
}
