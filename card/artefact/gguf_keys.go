package artefact

import (
	"strconv"
	"strings"

	"cardstock/card"
)

// ggufPlaces says where the metadata of a GGUF file goes, with the words before it.
var ggufPlaces = map[string][2]string{
	"general.name":                 {modelName},
	"general.version":              {versionName},
	"general.author":               {owner},
	"general.organization":         {owner},
	"general.license":              {licence},
	"general.license.link":         {references},
	"general.url":                  {references},
	"general.doi":                  {references},
	"general.repo_url":             {references},
	"general.source.url":           {references},
	"general.source.repo_url":      {references},
	"general.datasets":             {dataset},
	"general.description":          {modelType, "Description: "},
	"general.architecture":         {modelType, "Architecture: "},
	"general.size_label":           {modelType, "Size: "},
	"general.finetune":             {modelType, "Tuned for: "},
	"general.basename":             {modelType, "Family: "},
	"general.languages":            {modelType, "Languages: "},
	"general.quantized_by":         {modelType, "Quantised by: "},
	"general.base_model.0.name":    {modelType, "Base model: "},
	"general.base_model.0.version": {modelType, "Version of the base model: "},
	"context_length":               {modelType, "Context length: "}, // these have the architecture before them
	"block_count":                  {modelType, "Layers: "},
	"embedding_length":             {modelType, "Embedding length: "},
	"expert_count":                 {modelType, "Experts: "},
}

// ggufMetadata remembers what has the name of an architecture before it until that is known: in files whose pairs are sorted, as those of
// Ollama are, "gemma3.context_length" comes before "general.architecture".
type ggufMetadata struct {
	*gathering
	architecture string
	early        []ggufPair
}

type ggufPair struct {
	key, text string
	items     uint64
}

// mostEarly pairs are kept so; no writer has as many that have a place.
const mostEarly = 64

func (m *ggufMetadata) pair(key, text string, items uint64) {
	ggufSay(m.gathering, key, m.short(key), text, items)
	_, rest, _ := strings.Cut(key, ".")
	switch {
	case m.architecture == "" && key == "general.architecture":
		m.architecture = text
		for _, p := range m.early {
			if short := m.short(p.key); short != p.key {
				ggufSay(m.gathering, p.key, short, p.text, p.items)
			}
		}
		m.early = nil
	case m.architecture == "" && ggufPlaces[rest][0] != "" && len(text) <= mostText && len(m.early) < mostEarly:
		m.early = append(m.early, ggufPair{key, text, items})
	}
}

// short is a key without the architecture before it.
func (m *ggufMetadata) short(key string) string {
	if m.architecture == "" {
		return key
	}
	return strings.TrimPrefix(key, m.architecture+".")
}

func ggufSay(g *gathering, key, short, text string, items uint64) {
	place, known := ggufPlaces[key]
	if !known && short != key {
		place, known = ggufPlaces[short]
	}
	if !strings.HasPrefix(key, "general.") { // what has the architecture before it is a count
		text = grouped(text)
	}
	switch {
	case key == "general.file_type":
		g.say(modelType, "Quantisation: "+fileType(text), key)
	case key == "tokenizer.ggml.tokens":
		g.say(modelType, "Vocabulary: "+card.Grouped(items)+" tokens", key)
	case known && strings.TrimSpace(text) != "":
		g.say(place[0], place[1]+text+unit(short), key)
	}
}

func unit(short string) string {
	if short == "context_length" {
		return " tokens"
	}
	return ""
}

// fileTypes are the names of llama.cpp for how most tensors of a file are written. Numbers that are no longer used have none.
var fileTypes = strings.Split("F32,F16,Q4_0,Q4_1,,,,Q8_0,Q5_0,Q5_1,Q2_K,Q3_K_S,Q3_K_M,Q3_K_L,Q4_K_S,Q4_K_M,Q5_K_S,Q5_K_M,Q6_K,IQ2_XXS,IQ2_XS,"+
	"Q2_K_S,IQ3_XS,IQ3_XXS,IQ1_S,IQ4_NL,IQ3_S,IQ3_M,IQ2_S,IQ2_M,IQ4_XS,IQ1_M,BF16,,,,TQ1_0,TQ2_0,MXFP4,NVFP4,Q1_0,Q2_0", ",")

func fileType(number string) string {
	if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(fileTypes) && fileTypes[n] != "" {
		return fileTypes[n]
	}
	return "type " + number
}
