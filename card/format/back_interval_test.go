package format

import "testing"

const (
	intervalBill = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "metadata": {"timestamp": "2025-01-02T03:04:05Z"},
 "components": [{"type": "library", "name": "numpy"}, {"type": "machine-learning-model", "name": "Peas", "modelCard": {"quantitativeAnalysis": {"performanceMetrics": [
  {"type": "f1", "value": "0.9", "slice": "all"},
  {"type": "auc", "value": "0.8", "confidenceInterval": {"lowerBound": "0.7", "upperBound": "0.85"}}]}}}]}`
	intervalToolkit = `{"schema_version": "0.0.2",  "model_details": {"name": "Peas"}, "quantitative_analysis": {"performance_metrics": [
  {"type": "f1", "value": "0.9", "slice": "all"},
  {"type": "auc", "value": "0.8", "confidence_interval": {"lower_bound": "0.7", "upper_bound": "0.85"}}]}}`
	intervalYAML = `# a card
model_details:
  name: Peas
quantitative_analysis:
  performance_metrics:
  - type: f1
    value: '0.9' # of ten
    slice: all
  - type: auc
    value: '0.8'
    confidence_interval: {lower_bound: '0.7', upper_bound: '0.85'}
`
)

// TestOneBoundOfAnInterval: a bound of a metric alone, be it new or what is left, stands in its place, and the file stays as valid as it was.
func TestOneBoundOfAnInterval(t *testing.T) {
	const f1, auc = `{"metric":"f1","slice":"all","value":"0.9"}`, `{"lower":"0.7","metric":"auc","upper":"0.85","value":"0.8"}`
	rows := func(rows string) map[string]string { return map[string]string{metricsKey: "[" + rows + "]"} }
	lower, upper, second := rows(`{"lower":"0.6","metric":"f1","slice":"all","value":"0.9"},`+auc), rows(f1+`,{"lower":"0.7","metric":"auc","value":"0.8"}`), rows(f1+`,{"metric":"auc","upper":"0.85","value":"0.8"}`)
	none := rows(f1 + `,{"metric":"auc","value":"0.8"}`)
	for _, u := range []upkeep{
		{"CycloneDX, a new bound", intervalBill, lower, `"slice": "all"`, `"slice": "all", "confidenceInterval": {"lowerBound": "0.6"}`},
		{"CycloneDX, no upper bound", intervalBill, upper, `, "upperBound": "0.85"`, ``},
		{"CycloneDX, no lower bound", intervalBill, second, `"lowerBound": "0.7", `, ``},
		{"CycloneDX, no interval", intervalBill, none, `, "confidenceInterval": {"lowerBound": "0.7", "upperBound": "0.85"}`, ``},
		{"toolkit, a new bound", intervalToolkit, lower, `"slice": "all"`, `"slice": "all", "confidence_interval": {"lower_bound": "0.6"}`},
		{"toolkit, no upper bound", intervalToolkit, upper, `, "upper_bound": "0.85"`, ``},
		{"toolkit, no lower bound", intervalToolkit, second, `"lower_bound": "0.7", `, ``},
		{"toolkit, no interval", intervalToolkit, none, `, "confidence_interval": {"lower_bound": "0.7", "upper_bound": "0.85"}`, ``},
		{"YAML, a new bound", intervalYAML, lower, "slice: all\n", "slice: all\n    confidence_interval:\n      lower_bound: '0.6'\n"},
		{"YAML, no upper bound", intervalYAML, upper, `, upper_bound: '0.85'`, ``},
	} {
		u.check(t)
		schema := billSchemaOf(t, "1.6")
		if u.file == intervalToolkit {
			schema = official(t, "mct/schema_v0.0.2.json")
		}
		if u.file != intervalYAML {
			if err := checkSchema(t, schema, u.out(t).Data); err != nil {
				t.Errorf("%s: %v", u.name, err)
			}
		}
	}
}

// TestSecondBoundOfAnInterval: the other bound comes in beside the one that is there.
func TestSecondBoundOfAnInterval(t *testing.T) {
	edit := map[string]string{metricsKey: `[{"lower":"0.7","metric":"auc","upper":"0.85","value":"0.8"}]`}
	for _, u := range []upkeep{
		{"CycloneDX", `{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "Peas", "modelCard": {"quantitativeAnalysis": {"performanceMetrics": [
  {"type": "auc", "value": "0.8", "confidenceInterval": {"lowerBound": "0.7"}}]}}}]}`, edit, `"0.7"}`, `"0.7", "upperBound": "0.85"}`},
		{"toolkit", `{"schema_version": "0.0.2", "model_details": {"name": "Peas"}, "quantitative_analysis": {"performance_metrics": [{"type": "auc", "value": "0.8", "confidence_interval": {"upper_bound": "0.85"}}]}}`,
			edit, `"0.85"}`, `"0.85", "lower_bound": "0.7"}`},
	} {
		u.check(t)
	}
}
