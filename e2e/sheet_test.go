package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
)

// A sheet is what is in one card: its title under "title", answers under their key, own questions under their words.
type sheet struct {
	content  map[string]string
	sections map[string][]string // the keys of plain answers in each section
	own      map[string]string   // words of own questions → their keys
	original string              // the upload the card was made from
	revs     map[string]string   // as the pages said; absent: the page must be asked
}

var errNotThere = errors.New("it is not there (404)")

// read reads a card as its lossless export shows it.
func (p *person) read(id string) error {
	status, text, _, err := p.do("GET", "/cards/"+id+".json", nil)
	switch {
	case err == nil && status == http.StatusNotFound:
		err = fmt.Errorf("the card %s: %w", id, errNotThere)
	case err == nil && status != http.StatusOK:
		err = fmt.Errorf("the card %s answers %d", id, status)
	}
	if err != nil {
		return err
	}
	k, err := parseSheet(text)
	if err != nil {
		return err
	}
	if old := p.cards[id]; old != nil {
		k.original = old.original
	}
	p.cards[id] = k
	return nil
}

func parseSheet(text string) (*sheet, error) {
	var c struct {
		Title    string
		Sections []struct {
			Key    string
			Fields []struct {
				Key, Label, Kind string
				Custom           bool
				Answer           any
			}
		}
	}
	k := &sheet{content: map[string]string{}, sections: map[string][]string{}, own: map[string]string{}, revs: map[string]string{}}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, err
	}
	k.content["title"] = c.Title
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			answer, plain := f.Answer.(string)
			name := f.Key
			if !plain {
				data, _ := json.Marshal(f.Answer)
				answer = string(data)
			}
			if f.Custom {
				name, k.own[f.Label] = f.Label, f.Key
			} else if plain && (f.Kind == "text" || f.Kind == "line") {
				k.sections[s.Key] = append(k.sections[s.Key], f.Key)
			}
			k.content[name] = answer
		}
	}
	return k, nil
}

var revPattern = regexp.MustCompile(`name="rev\.([^"]+)" value="([^"]+)"`)

// revs reads the revisions out of a page or fragment.
func revs(page string) map[string]string {
	all := map[string]string{}
	for _, m := range revPattern.FindAllStringSubmatch(page, -1) {
		all[m[1]] = m[2]
	}
	return all
}
