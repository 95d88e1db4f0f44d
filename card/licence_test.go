package card

import "testing"

func TestKnownLicence(t *testing.T) {
	if len(licences) < 700 || len(exceptions) < 60 {
		t.Fatalf("%d licences, %d exceptions", len(licences), len(exceptions))
	}
	for text, want := range map[string]bool{
		"MIT": true, "mit": true, "Apache-2.0": true, "apache-2.0": true, "CC-BY-NC-SA-4.0": true, "MIT OR Apache-2.0": true, "mit and isc": true,
		"GPL-2.0+": true, "GPL-2.0-or-later WITH Classpath-exception-2.0": true, "(MIT OR (BSD-3-Clause AND ISC)) OR Zlib": true,
		"LicenseRef-ours": true, "DocumentRef-a:LicenseRef-b.1": true, "openrail++": true, "llama3.1": true, " MIT ": true,
		"": false, "Apache 2.0": false, "MIT OR": false, "OR MIT": false, "MIT MIT": false, "(MIT": false, "MIT)": false, "()": false, "unknown": false,
		"other": false, "MIT WITH": false, "MIT WITH MIT": false, "Classpath-exception-2.0": false, "LicenseRef-": false, "WITH": false,
	} {
		if KnownLicence(text) != want {
			t.Errorf("KnownLicence(%q) = %v", text, !want)
		}
	}
	for text, want := range map[string]bool{
		"Licensed under Apache-2.0.": true, "MIT licence": true, "Ours; the text is at https://example.org/terms": true,
		"free for research": false, "a cube licence": false, "mit": true, "By the MITRE people": false,
	} {
		if namesLicence(text) != want {
			t.Errorf("namesLicence(%q) = %v", text, !want)
		}
	}
	for text, want := range map[string]string{
		"Apache 2.0": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0", "The MIT License": "MIT", "CC BY 4.0": "CC-BY-4.0",
		"GPLv3": "GPL-3.0", "free for all": "", "": "", "proprietary": "",
	} {
		if got := likeLicence(text); got != want {
			t.Errorf("likeLicence(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestSPDXLicence(t *testing.T) {
	for text, want := range map[string]string{"mit": "MIT", " apache-2.0": " Apache-2.0", "MIT": "MIT", "(mit or gpl-2.0-or-later with classpath-exception-2.0)": "(MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0)",
		"gpl-2.0+": "GPL-2.0+", "openrail++": "openrail++", "OpenRAIL": "openrail", "LicenseRef-ours": "LicenseRef-ours", "mit license": "mit license", "other": "other", "": ""} {
		if got := SPDXLicence(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
