package main

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"cardstock/card"
)

// lintJSON writes all there is to know, for other programs.
func lintJSON(w io.Writer, _ *card.Rules, all []*linted) error {
	type finding struct {
		Rule     string        `json:"rule"`
		Severity card.Severity `json:"severity"`
		Section  string        `json:"section"`
		Field    string        `json:"field"`
		Label    string        `json:"label"`
		Message  string        `json:"message"`
		Why      string        `json:"why"`
		Source   string        `json:"source"`
		Good     string        `json:"good"`
	}
	type file struct {
		File     string    `json:"file"`
		Error    string    `json:"error,omitempty"`
		Format   string    `json:"format,omitempty"`
		Kind     card.Kind `json:"kind,omitempty"`
		Score    *int      `json:"score,omitempty"`
		Findings []finding `json:"findings"`
	}
	files := []file{}
	for _, l := range all {
		f := file{File: l.name(), Findings: []finding{}}
		if l.report == nil {
			f.Error = l.why()
			files = append(files, f)
			continue
		}
		f.Format, f.Kind, f.Score = l.result.Format.Name, l.result.Card.Kind, &l.report.Score
		for _, is := range l.report.Findings {
			f.Findings = append(f.Findings, finding{is.Rule.ID, is.Rule.Severity, is.Section, is.Field, is.Label, is.Text(), is.Rule.Why, is.Rule.Source, is.Rule.Good})
		}
		files = append(files, f)
	}
	return writeJSON(w, map[string]any{"files": files})
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// What SARIF 2.1.0 (OASIS) calls things, as far as we need them.
type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifRule struct {
		ID      string     `json:"id"`
		Short   sarifText  `json:"shortDescription"`
		Full    sarifText  `json:"fullDescription"`
		Help    sarifText  `json:"help"`
		Default sarifLevel `json:"defaultConfiguration"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifLocation struct {
		Physical sarifPlace     `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifResult struct {
		RuleID    string            `json:"ruleId"`
		RuleIndex int               `json:"ruleIndex"`
		Level     string            `json:"level"`
		Message   sarifText         `json:"message"`
		Locations []sarifLocation   `json:"locations"`
		Prints    map[string]string `json:"partialFingerprints"`
	}
	sarifNotice struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifInvocation struct {
		Successful bool          `json:"executionSuccessful"`
		Notices    []sarifNotice `json:"toolExecutionNotifications,omitempty"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
		Properties  map[string]any    `json:"properties"`
	}
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
)

// lintSARIF writes for tools that collect the findings of many: SARIF 2.1.0.
func lintSARIF(w io.Writer, rules *card.Rules, all []*linted) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Tool: sarifTool{sarifDriver{Name: "Cardstock", Rules: []sarifRule{}}}}
	index, scores := map[string]int{}, map[string]int{}
	for i, r := range rules.Rules {
		index[r.ID] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{r.ID, sarifText{r.Says}, sarifText{r.Why + " " + r.Source + "."}, sarifText{r.Good}, sarifLevel{sarifLevelOf(r)}})
	}
	invocation := sarifInvocation{Successful: true}
	for _, l := range all {
		place := func(line int) sarifPlace { return sarifPlace{sarifArtifact{fileURI(l.name())}, sarifRegion{line}} }
		if l.report == nil {
			invocation.Successful = false
			invocation.Notices = append(invocation.Notices, sarifNotice{"error", sarifText{l.why()}, []sarifLocation{{Physical: place(1)}}})
			continue
		}
		scores[l.name()] = l.report.Score
		for _, f := range l.report.Findings {
			run.Results = append(run.Results, sarifResult{f.Rule.ID, index[f.Rule.ID], sarifLevelOf(f.Rule), sarifText{f.Title + ", " + f.Label + ": " + f.Text()},
				[]sarifLocation{{place(l.line(&f)), []sarifLogical{{f.Field, "member"}}}}, map[string]string{"question/v1": f.Rule.ID + " " + f.Field}})
		}
	}
	run.Invocations, run.Properties = []sarifInvocation{invocation}, map[string]any{"scores": scores}
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sarifLevelOf(r *card.Rule) string {
	if r.Severity == card.Essential {
		return "error"
	}
	return "warning"
}

// fileURI is the address of a file: relative as it was given, so that it is found in the repository.
func fileURI(file string) string {
	path := filepath.ToSlash(file)
	if strings.HasPrefix(path, "/") {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).String()
}
