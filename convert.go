package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"cardstock/card"
	"cardstock/card/format"
)

// exitLosses is of convert: it is done, and answers are not in what was written.
const exitLosses = 5

// convert is the command convert: it writes a card in another format, byte for byte what the page gives.
func convert(_ context.Context, c *Config, in io.Reader, out io.Writer) (int, error) {
	if len(c.Files) != 1 {
		return exitUsage, errors.New("convert needs the path of one card, or - for standard input; see --help")
	}
	to := format.ByName(c.To)
	if c.To != sameFile && (to == nil || to.Encode == nil) {
		return exitUsage, fmt.Errorf("the setting --to is wrong: there is no format %q to write; see cardstock formats", c.To)
	}
	templates, err := card.LoadTemplates(overlay(c.Templates)...)
	if err != nil {
		return exitUsage, fmt.Errorf("the setting templates: %w", err)
	}
	data, err := readInput(c.Files[0], in)
	if err != nil {
		return exitUnreadable, err
	}
	r, err := format.ReadAs(templates, data, c.From)
	if err != nil {
		return exitUnreadable, fmt.Errorf("%s: %w", c.Files[0], err)
	}
	if c.To == sameFile {
		return c.same(templates, out, r, data)
	}
	if !to.Fits(r.Card.Kind) {
		return exitUsage, fmt.Errorf("%s cannot hold a %s", to.Label, r.Card.Kind.Word())
	}
	var original []byte
	as := ""
	if r.Format == to {
		original, as = data, r.As
	}
	written, err := to.WriteAs(context.Background(), templates, r.Card, original, as)
	if err != nil {
		return exitFailed, err
	}
	ledger, err := format.AccountAs(context.Background(), templates, r.Card, to, written, as)
	if err != nil {
		return exitFailed, err
	}
	ledger.Note = to.LeftBehind(data, written)
	return c.deliver(out, written, ledger, r)
}

// sameFile is what --to is for the file itself: what a card of it gives that nobody edited.
const sameFile = "original"

func (c *Config) same(templates *card.Templates, out io.Writer, r *format.Result, data []byte) (int, error) {
	back, err := format.Back(context.Background(), templates, r.Card, data, r.As)
	if err != nil {
		return exitFailed, err
	}
	return c.deliver(out, back.Data, back.Account(context.Background(), templates, r.Card), r)
}

// deliver writes the card and the report to where they are wanted.
func (c *Config) deliver(out io.Writer, written []byte, ledger *format.Ledger, r *format.Result) (int, error) {
	if c.Report != "" {
		report := struct {
			From  string   `json:"from"`
			Notes []string `json:"notes"` // what reading it repaired or left out
			*format.Ledger
		}{r.As, append(moreParts(r), r.Notes...), ledger}
		data, err := json.MarshalIndent(report, "", "  ")
		if err == nil {
			err = os.WriteFile(c.Report, append(data, '\n'), 0o644)
		}
		if err != nil {
			return exitFailed, err
		}
	}
	var err error
	if c.Out == "" || c.Out == "-" { // as - is standard input where a card is read
		_, err = out.Write(written)
	} else {
		err = os.WriteFile(c.Out, written, 0o644)
	}
	switch {
	case err != nil:
		return exitFailed, err
	case ledger.Totals[format.LeftOut] > 0:
		return exitLosses, fmt.Errorf("%d answers are left out; --report FILE says which", ledger.Totals[format.LeftOut])
	}
	return 0, nil
}

// moreParts says how the other cards in a file are named for --from.
func moreParts(r *format.Result) []string {
	notes := []string{}
	for _, c := range r.Choices {
		if c.Part != "" && c.Name != r.As {
			notes = append(notes, fmt.Sprintf("The file has another model, %s: --from %s", c.Part, c.Name))
		}
	}
	return notes
}

// readInput reads a file, or standard input for -.
func readInput(file string, in io.Reader) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(file)
}

// formatsCommand is the command formats: it lists what can be read and written.
func formatsCommand(_ context.Context, _ *Config, _ io.Reader, out io.Writer) (int, error) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range format.All() {
		var can []string
		if f.Detect != nil {
			can = append(can, "read")
		}
		if f.Encode != nil {
			can = append(can, "write "+f.Suffix)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Name, strings.Join(can, ", "), f.Label)
	}
	return 0, t.Flush()
}
