package db

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cardstock/card"
)

// BenchmarkSave compares group commit with a transaction for each save, for whole saves: the session is checked, the answer
// judged and updated, a revision written. It prints saves in a second, and the 50th and 99th percentile of their latency.
func BenchmarkSave(b *testing.B) {
	for _, writers := range []int{1, 16, 128} {
		var each, grouped float64
		b.Run(fmt.Sprintf("each/%d", writers), func(b *testing.B) {
			each = benchmarkSaves(b, writers, func(s *Scope, fn func(tx *Tx) error) error { return eachItsOwn(s, fn) })
		})
		b.Run(fmt.Sprintf("grouped/%d", writers), func(b *testing.B) {
			grouped = benchmarkSaves(b, writers, func(s *Scope, fn func(tx *Tx) error) error { return s.db.writeLight(context.Background(), fn) })
			b.ReportMetric(grouped/each, "times-each")
		})
	}
}

// eachItsOwn writes as DB.Write would without group commit: writers wait for the one connection.
func eachItsOwn(s *Scope, fn func(tx *Tx) error) error {
	tx, err := begin(context.Background(), s.db.writer, "BEGIN IMMEDIATE")
	if err != nil {
		return err
	}
	defer tx.end()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.commit()
}

func benchmarkSaves(b *testing.B, writers int, write func(s *Scope, fn func(tx *Tx) error) error) float64 {
	d := openAt(b, b.TempDir()+"/cards.db")
	c := templates(b).Get("model").New()
	var keys []string
	for _, s := range c.Sections {
		for _, f := range s.Fields {
			if f.Kind == card.Text {
				keys = append(keys, f.Key)
			}
		}
	}
	scopes, ids := make([]*Scope, writers), make([]string, writers)
	for i := range scopes {
		scopes[i] = visitor(b, d, fmt.Sprint(i))
		var err error
		if ids[i], err = scopes[i].CreateCard(b.Context(), c.Clone(), nil); err != nil {
			b.Fatal(err)
		}
	}
	took := make([][]time.Duration, writers)
	var wg sync.WaitGroup
	b.ResetTimer()
	for w := range writers {
		wg.Go(func() {
			revs := map[string]card.Rev{}
			for i := 0; i < (b.N+writers-1)/writers; i++ {
				key := keys[i%len(keys)]
				if i < len(keys) {
					revs[key] = card.ParseRev("")
				}
				a := Answer{Key: key, Text: fmt.Sprintf("An answer of a usual length, the %dth, which says something about the model.", i), Rev: revs[key]}
				began := time.Now()
				var out map[string]Outcome
				err := write(scopes[w], func(tx *Tx) (err error) {
					out, err = scopes[w].saveAnswers(context.Background(), tx, ids[w], []Answer{a})
					return err
				})
				took[w] = append(took[w], time.Since(began))
				if err != nil {
					b.Error(err)
					return
				}
				revs[key] = card.RevOf(out[key].Field.Rev, a.Text)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	all := slices.Concat(took...)
	slices.Sort(all)
	rate := float64(len(all)) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "saves/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	return rate
}
