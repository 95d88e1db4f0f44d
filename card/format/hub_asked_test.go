package format

import (
	"strings"
	"testing"
)

// askedSheet is a datasheet in the form that is copied most: its questions are paragraphs in bold print.
const askedSheet = "# Datasheet: Peas\n\nAuthor: Ann\n\n## Motivation\n\n*The questions in this section are primarily intended to encourage dataset creators to clearly articulate their reasons.*\n\n" +
	"1. **For what purpose was the dataset created?** Was there a specific task in mind? Please provide a description.\n\n\tTo count peas:\n\n    1. green ones,\n    2. yellow ones.\n\n" +
	"2. **Who created this dataset (e.g. which team) and on behalf of which entity (e.g. company)**?\n\n\tAnn.\n    And Bob.\n\n3. **Who waters the peas?** (e.g. a gardener)\n\n    Carl does.\n\n4. **Any other comments?**\n\n\tNo, but thanks.\n\n" +
	"## Composition\n\n1. **How many instances are there in total (of each type, if appropriate)?**\n\n    Counted so:\n\n```\n    wc -l\n  12\n```\n\n2. **Is any information missing from individual instances?** If so, please provide a description.\n\n\t*YOUR ANSWER HERE*\n\n" +
	"**Are there recommended data splits?**\n\nHalf and half.\n\n**Are there any errors, sources of noise, or redundancies in the dataset?** Some weeds.\n\n" +
	"## Uses\n\n1. **Has the dataset been used for any tasks already?** If so, please provide a description.\n\n\tSoup.\n\n2. **Are there tasks for which the dataset should not be used?**\n\n\tSurveillance of people.\n\n" +
	"## Distribution\n\n### Will the dataset be distributed to third parties?\n\n_If so, please provide a description._\n\n### When will the dataset be distributed?\n\n_If so, please describe when._\n\nIn May.\n\n## Maintenance\n\nBob keeps it.\n"

// A datasheet's questions in bold print find their answers, those of nobody else stand by themselves, and what the paper tells its writers is no answer.
func TestQuestionsInBoldPrint(t *testing.T) {
	r := read(t, []byte(askedSheet))
	for key, want := range map[string]string{
		"motivation.name": "Peas", "motivation.purpose": "To count peas:\n\n1. green ones,\n2. yellow ones.", "motivation.creators": "Ann.\nAnd Bob.", "motivation.comments": "No, but thanks.",
		"composition.count": "Counted so:\n\n```\n    wc -l\n  12\n```", "composition.missing": "", "composition.splits": "Half and half.", "composition.errors": "Some weeds.",
		"uses.existing": "Soup.", "uses.unsuitable": "Surveillance of people.", "uses.other_tasks": "", "distribution.third_parties": "", "distribution.date": "In May.",
	} {
		if got := answer(t, r.Card, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	var own []string
	for _, f := range r.Card.Section("readme").Fields {
		own = append(own, f.Label+": "+f.Answer)
	}
	if got, want := strings.Join(own, "\n"), "Introduction: Author: Ann\nMotivation – Who waters the peas?: Carl does.\nMaintenance: Bob keeps it."; got != want {
		t.Errorf("the others are\n%s\nwant\n%s", got, want)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "7 texts behind questions or titles") {
		t.Errorf("it is said: %s", notes)
	}
}

// An edit of such an answer changes its lines, and they stay indented.
func TestQuestionsInBoldPrintGoBack(t *testing.T) {
	for _, newline := range []string{"\n", "\r\n"} {
		file := strings.ReplaceAll(askedSheet, "\n", newline)
		for _, tt := range []struct{ key, words, was, is string }{
			{"motivation.purpose", "To count peas:\n\n1. blue ones,\n2. yellow ones.", "1. green ones", "1. blue ones"},
			{"motivation.purpose", "To count peas:\n\n1. green ones,\n2. yellow ones.\n\nOften.", "2. yellow ones.\n", "2. yellow ones.\n\n\tOften.\n"},
			{"motivation.purpose", "To count peas:\n\nSoon:\n\n1. green ones,\n2. yellow ones.", "peas:\n\n", "peas:\n\n    Soon:\n\n"},
			{"motivation.purpose", "1. green ones,\n2. yellow ones.", "\tTo count peas:\n\n    1.", "    1."},
			{"motivation.creators", "Ann.\nAnd Eve.", "    And Bob.", "    And Eve."},
			{"motivation.creators", "Ann.", "Ann.\n    And Bob.", "Ann."},
			{"motivation.comments", "", "\tNo, but thanks.", ""},
			{"composition.count", "Counted so:\n\n```\n    wc -l\n  13\n```", "  12", "  13"},
			{"composition.missing", "Yes.\n\nThe pods.", "\t*YOUR ANSWER HERE*", "\tYes.\n\n\tThe pods."},
			{"composition.splits", "In three.", "Half and half.", "In three."},
			{"composition.errors", "Slugs.\n\nAnd snails.", "Some weeds.", "Slugs.\n\nAnd snails."},
			{"uses.unsuitable", "Surveillance of peas.", "Surveillance of people", "Surveillance of peas"},
			{"distribution.third_parties", "No.", "a description._\n", "a description._\n\nNo.\n"},
			{"distribution.date", "In June.", "In May.", "In June."},
			{"readme.entry-2", "Eve does.", "Carl does.", "Eve does."},
		} {
			r := read(t, []byte(file))
			f, _ := r.Card.Field(tt.key)
			f.Answer = tt.words
			want := strings.ReplaceAll(file, strings.ReplaceAll(tt.was, "\n", newline), strings.ReplaceAll(tt.is, "\n", newline))
			if tt.key == "distribution.third_parties" {
				want = strings.Replace(file, "a description._"+newline+newline+"###", "a description._"+newline+newline+"No."+newline+newline+"###", 1)
			}
			if out := returned(t, r.Card, []byte(file), r.As); out.Anew || string(out.Data) != want {
				t.Errorf("%s, %q: anew %v\n got %q\nwant %q", tt.key, tt.words, out.Anew, out.Data, want)
			}
		}
	}
}

// A question that is no part of the datasheet's form stays in bold print, whatever it is called now.
func TestOneOwnQuestionInBoldPrint(t *testing.T) {
	for _, tt := range []struct{ words, was, is string }{{"Who feeds the peas?", "Who waters", "Who feeds"}, {"Water", "", ""}} {
		r := read(t, []byte(askedSheet))
		f, _ := r.Card.Field("readme.entry-2")
		f.Label = tt.words
		out := returned(t, r.Card, []byte(askedSheet), r.As)
		if want := strings.Replace(askedSheet, tt.was, tt.is, 1); out.Anew || string(out.Data) != want || (out.Note == noteNames) != (tt.was == "") {
			t.Errorf("%s: anew %v, %q\n%s", tt.words, out.Anew, out.Note, out.Data)
		}
	}
}

// TestHints: the paper's words to who fills in the form are hints; what somebody else asks or says is an answer.
func TestHints(t *testing.T) {
	for text, want := range map[string]bool{
		"If so, please provide a description.": true, "Was there a specific task in mind? Please provide a description.": true, "(e.g. who paid)": true,
		"If not, you may skip the remainder of the questions in this section.": true, "_If so, please describe._": true,
		"\"Raw\" data (e.g. text) or features? In either case, please provide a description.": true,
		" (e.g. who paid)": true, "\n(e.g., Ann)": false, "(80/10/10, by speaker)": false, "(self-funded by the authors)": false, "(Not yet; the list will be at foo.org/errata.)": false,
		"_(Not yet; the list will be at foo.org/errata.)_": false, "Please note that some are blurred.": false, "Please provide a link to our paper.": false, "*(Was there a specific task in mind (e.g. soup)? Please provide a description.)*": true, "(If so, please provide a description.)": true, "()": false, "(": false, "(Yes.) (No.)": false, "*Yes?*": false,
		"Does this timeframe match the creation timeframe of the data associated with the instances (e.g. recent crawl of old news articles)? If not, please describe the timeframe in which the data associated with the instances was created. Finally, list when the dataset was first published.": true, "Who knows?": false, "If you have questions, please write to foo@example.org.": false,
		"If you want to contribute, please open a pull request at github.com/foo/foo.": false, "If you use it, please provide attribution.": false, "": false, " \n": false,
		"If so, please provide a description. (None so far.)": false, "If so, please provide a description: there is none.": false, "If so, please describe (or show with screenshots) how consent was requested.": true,
		"If there is an associated grant, please provide the name of the grantor and the grant name and number.": true, "Does the dataset have a digital object identifier (DOI)?": true,
		"If so, please provide a description. Will these contributions be validated/verified? If so, please describe how. If not, why not? Is there a process for communicating/distributing these contributions to dataset consumers? If so, please provide a description.":                                                                                                                         true,
		"If so, please provide a description, explaining why this information is missing (e.g., because it was unavailable). This does not include intentionally removed information, but might include, e.g., redacted text.":                                                                                                                                                                       true,
		"If the dataset is a sample, then what is the larger set? Is the sample representative of the larger set (e.g., geographic coverage)? If so, please describe how this representativeness was validated/verified. If it is not representative of the larger set, please describe why not (e.g., to cover a more diverse range of instances, because instances were withheld or unavailable).": true,
		" (e.g. who funded the creation of the dataset? If there is an associated grant, provide the name of the grantor and the grant name and number, or if it was supported by a company or government agency, give those details.)":                                                                                                                                                              true,
		"If so, please describe how often, by whom, and how updates will be communicated to dataset consumers (e.g., mailing list, GitHub)?":                                                                                                                                                                                                                                                         true,
		"Yes.": false, "Why not? Because.": false, "Please cite us.": false, "Please see the paper.": false, "If so, please provide a description. No.": false, "If it rains, no.": false,
	} {
		if hint(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// TestAnswersLikeHints: an answer that looks like what the paper says is one, below a question in bold print, on its line, and in italics below a heading.
func TestAnswersLikeHints(t *testing.T) {
	for _, words := range []string{"(Not yet; the list will be at foo.org/errata.)", "(self-funded by the authors)", "(80/10/10, by speaker)", "*Yes?*", "Who knows?", "If you have questions, please write to foo@example.org."} {
		for _, file := range []string{"**Is there an erratum?**\n" + words, "**Is there an erratum?** " + words, "1. **Is there an erratum?** If so, please provide a link or other access point.\n\n\t" + words, "### Is there an erratum?\n\n" + words} {
			r := read(t, []byte("# Datasheet for Peas\n\n## Maintenance\n\n"+file+"\n"))
			if got := answer(t, r.Card, "maintenance.erratum"); got != words {
				t.Errorf("%q is read as %q", file, got)
			}
			if said := strings.Contains(strings.Join(r.Notes, "\n"), "1 text behind a question"); said != strings.Contains(file, "If so") {
				t.Errorf("%q: %q", file, r.Notes)
			}
		}
	}
}
