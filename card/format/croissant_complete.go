package format

import (
	"slices"
	"strings"
)

// completeCroissant leaves in a file what is for programs alone: where each file of the data is, what its columns are, the ids by which they refer to one
// another. What a dataset has to have comes into it.
func completeCroissant(d, was *Document, anew *value) (string, bool) {
	r := newRevision()
	r.complete(d.json, anew)
	r.declare(d.json, was.json)
	return newJSONEditor(r, d.source).write(d.json)
}

// complete brings into a dataset what the specification requires, as it is in another. An answer that stood there and could not stay is in the
// properties of the other, and comes with it.
func (r *revision) complete(root, from *value) {
	var displaced []value
	for _, name := range []string{"conformsTo", "name", "description", "license", "url", "creator", "datePublished"} {
		is := from.get(name)
		at := slices.IndexFunc(root.members, func(m member) bool { return croissantName(m.name) == name })
		switch {
		case at < 0:
			r.come[root] = append(r.come[root], addition{len(root.members), name, *is})
		case fitsCroissant(name, &root.members[at].value):
			continue
		default:
			r.swaps[&root.members[at].value] = *is
		}
		if all := from.get("additionalProperty"); all != nil {
			for _, of := range all.items {
				if said(of.get("propertyID")) == croissantPlaces[name] {
					displaced = append(displaced, of)
				}
			}
		}
	}
	if len(displaced) == 0 {
		return
	}
	into := root.get("additionalProperty")
	if into == nil || into.kind != listValue {
		r.come[root] = append(r.come[root], addition{len(root.members), "additionalProperty", newList(displaced)})
		return
	}
	for _, of := range displaced {
		r.come[into] = append(r.come[into], addition{len(into.items), "", of})
	}
}

// fitsCroissant reports whether a value can stand at a property that is required.
func fitsCroissant(name string, v *value) bool {
	switch name {
	case "datePublished":
		day, _, _ := strings.Cut(said(v), "T")
		return v.kind == textValue && isDay(day)
	case "creator":
		return v.kind >= listValue && leaves(v) > 0
	}
	return leaves(v) > 0
}

// declare adds to the context of a dataset what the names need that it has and did not have before, or that come into it.
func (r *revision) declare(root, was *value) {
	context := root.get("@context")
	if context == nil || context.kind != objectValue {
		return
	}
	var names []string
	there := map[string]bool{}
	for i := range was.members {
		there[was.members[i].name] = true
	}
	for i := range root.members {
		if name := root.members[i].name; !there[name] {
			names = append(names, name)
		}
	}
	for _, of := range r.come[root] {
		names = append(names, of.name)
	}
	for i := 0; i < len(names); i++ {
		term, _, _ := strings.Cut(names[i], ":")
		is := croissantContext.get(term)
		if is == nil || context.get(term) != nil || slices.ContainsFunc(r.come[context], func(of addition) bool { return of.name == term }) {
			continue
		}
		r.come[context] = append(r.come[context], addition{len(context.members), term, *is})
		names = append(names, is.text) // its own prefix
	}
}

// croissantName is a property's name as the specification's context has it.
func croissantName(name string) string {
	if strings.HasSuffix(name, "conformsTo") {
		return "conformsTo"
	}
	return strings.TrimPrefix(strings.TrimPrefix(name, "sc:"), "cr:")
}

// standsIn reports whether a value says that the specification requires one, or is the introduction where the purpose is not answered.
func standsIn(root, v *value) bool {
	text := said(v)
	return v.kind == textValue && (text == notStated || text == noDay || text == noPage || v == root.get("description") && repeatsIntroduction(root, text))
}

// follow changes a description that is the introduction along with it.
func (r *revision) follow(root *value) {
	description, all := root.get("description"), root.get("additionalProperty")
	if description == nil || !repeatsIntroduction(root, said(description)) || r.swaps[description].kind != nullValue || r.gone[description] {
		return
	}
	for i := range all.items {
		of := all.items[i].get("value")
		if text, is := r.texts[of]; said(all.items[i].get("propertyID")) == introductionKey && of != nil {
			switch {
			case is && text != "":
				r.texts[description] = text
			case is, r.gone[of], r.gone[&all.items[i]]:
				r.texts[description] = notStated
			}
		}
	}
}
