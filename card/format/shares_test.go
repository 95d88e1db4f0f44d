package format

import "testing"

// TestSharesOfTheData: a training share that is a number is shown as a bar, with how many that are if the size says so.
func TestSharesOfTheData(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ share, size, label, width string }{
		{"0.7", "2,148 photos of 611 wounds", "Training 70 %, the rest 30 %: about 1,504 and 644 of 2,148", "70"},
		{"0,875", "", "Training 87.5 %, the rest 12.5 %", "87.5"},
		{"80 %", "1000000", "Training 80 %, the rest 20 %: about 800,000 and 200,000 of 1,000,000", "80"},
		{"80%", "2.148 Fotos", "Training 80 %, the rest 20 %: about 1,718 and 430 of 2,148", "80"},
		{"0.5", "1.5 GB", "Training 50 %, the rest 50 %", "50"},
		{"0.5", "3,50 kg", "Training 50 %, the rest 50 %", "50"},
		{"most of it", "2,148", "", ""},
		{"0", "2,148", "", ""}, {"1", "2,148", "", ""}, {"100 %", "", "", ""}, {"-0.5", "", "", ""}, {"NaN", "", "", ""}, {"", "", "", ""},
	} {
		c := templates(t).Get("model").New()
		set(t, c, shareKey, tt.share)
		set(t, c, sizeKey, tt.size)
		page := dom(t, string(encode(t, ".html", c)))
		bar := page.Find("svg.shares")
		if tt.label == "" {
			if bar.Length() != 0 {
				t.Errorf("%q is a bar", tt.share)
			}
			continue
		}
		if bar.Length() != 1 || page.Find("p.shares").Text() != tt.label || bar.Find("rect.train").AttrOr("width", "") != tt.width {
			t.Errorf("%q of %q: %d, %q, want %q", tt.share, tt.size, bar.Length(), page.Find("p.shares").Text(), tt.label)
		}
	}
}
