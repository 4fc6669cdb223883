package catalog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLimitsAreSpecs compares the constants with the table of SPEC.md: a row without a constant fails, and so does a
// constant without a row.
func TestLimitsAreSpecs(t *testing.T) {
	spec, err := os.ReadFile("SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(spec), "\n## Limits\n")
	if !found {
		t.Fatal("SPEC.md has no section Limits")
	}
	documented := map[string]int64{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Za-z]+)` \\| ([0-9]+) \\|").FindAllStringSubmatch(section, -1) {
		documented[row[1]], _ = strconv.ParseInt(row[2], 10, 64)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "limits.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]int64{}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			name := strings.TrimPrefix(spec.Names[0].Name, "Limit")
			value := spec.Values[0].(*ast.BasicLit).Value
			declared[strings.ToLower(name[:1])+name[1:]], _ = strconv.ParseInt(value, 0, 64)
		}
		return true
	})
	if diff := cmp.Diff(documented, declared); diff != "" {
		t.Errorf("SPEC.md (-) and limits.go (+) differ:\n%s", diff)
	}
}
