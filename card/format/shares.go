package format

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"cardstock/card"
)

// A sheetShares says how a dataset was divided: a bar whose first part is what the model was trained on.
type sheetShares struct {
	Train string // its width in percent
	Label string // the same in words
}

const (
	shareKey = "training_data.train_share"
	sizeKey  = "training_data.size"
)

// newSheetShares returns the bar of a card's training share, or nil if that is no number between 0 and 1, nor a percentage.
func newSheetShares(c *card.Card) *sheetShares {
	f, _ := c.Field(shareKey)
	if f == nil {
		return nil
	}
	train, ok := share(f.Answer)
	if !ok {
		return nil
	}
	s := &sheetShares{Train: percent(train)}
	s.Label = fmt.Sprintf("Training %s %%, the rest %s %%", s.Train, percent(1-train))
	if size, _ := c.Field(sizeKey); size != nil {
		if n, ok := leadingNumber(size.Answer); ok {
			trained := min(uint64(float64(n)*train+.5), n)
			s.Label += ": about " + card.Grouped(trained) + " and " + card.Grouped(n-trained) + " of " + card.Grouped(n)
		}
	}
	return s
}

// share reads "0.7", "0,7", "70 %" and "70%".
func share(answer string) (float64, bool) {
	text := strings.ReplaceAll(strings.TrimSpace(answer), ",", ".")
	number, isPercent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if isPercent {
		n /= 100
	}
	return n, err == nil && n > 0 && n < 1
}

// A count with commas, points, blanks or nothing between its thousands; behind it neither digits nor a decimal.
var leadingCount = regexp.MustCompile(`^\s*(\d{1,3}(?:[,. ]\d{3})+|\d+)(?:[^\d.,]|[.,](?:\D|$)|$)`)

// leadingNumber reads how many a text says that there are: "2,148 photos of 611 wounds".
func leadingNumber(text string) (uint64, bool) {
	m := leadingCount.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.NewReplacer(",", "", ".", "", " ", "").Replace(m[1]), 10, 64)
	return n, err == nil && n > 1
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', -1, 32) }
