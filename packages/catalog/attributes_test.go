package catalog

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAttributesAreTheDocuments compares the table with ATTRIBUTES.md both ways.
func TestAttributesAreTheDocuments(t *testing.T) {
	page, err := os.ReadFile("ATTRIBUTES.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []AttributeDoc
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^ ]+) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, AttributeDoc{row[1], row[2], strings.ReplaceAll(row[3], `\|`, "|"), row[4] != ""})
	}
	if diff := cmp.Diff(documented, Attributes()); diff != "" {
		t.Errorf("ATTRIBUTES.md (-) and attributes.go (+) differ:\n%s", diff)
	}
	if !strings.Contains(string(page), "(schema 1)") || SchemaVersion != 1 {
		t.Errorf("the page's schema is not %d", SchemaVersion)
	}
}

// TestCategoriesAreSpecs compares the closed lists with SPEC.md both ways.
func TestCategoriesAreSpecs(t *testing.T) {
	spec, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(spec), "\n## Categories\n")
	section, _, _ = strings.Cut(section, "\n## ")
	section, severities, _ := strings.Cut(section, "`errata.severity`")
	_, section, _ = strings.Cut(section, "`errata.category`")
	severities, _, _ = strings.Cut(severities, ";")
	quoted := regexp.MustCompile("`([a-z0-9_]+)`")
	var categories []Category
	for _, name := range quoted.FindAllStringSubmatch(section, -1) {
		categories = append(categories, Category(name[1]))
	}
	var levels []Severity
	for _, name := range quoted.FindAllStringSubmatch(severities, -1) {
		levels = append(levels, Severity(name[1]))
	}
	if diff := cmp.Diff(categories, Categories()); diff != "" {
		t.Errorf("SPEC.md (-) and categories.go (+) differ:\n%s", diff)
	}
	if diff := cmp.Diff(levels, Severities()); diff != "" {
		t.Errorf("SPEC.md (-) and categories.go (+) differ:\n%s", diff)
	}
}
