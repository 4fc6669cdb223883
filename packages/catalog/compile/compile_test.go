package compile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errata-dev/errata/packages/catalog"
)

// TestEntriesCompileToTheCatalog compiles entries/*.yaml here and compares the result with the committed catalog.json,
// which the TypeScript twin wrote.
func TestEntriesCompileToTheCatalog(t *testing.T) {
	files, err := filepath.Glob("../entries/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no entries: %v", err)
	}
	var got catalog.CompiledCatalog
	for _, file := range files {
		layer, problems := CheckCatalogFile(file)
		for _, problem := range problems {
			t.Error(problem)
		}
		if layer != nil {
			layer.Entries = append(got.Entries, layer.Entries...)
			got = *layer
		}
	}
	slices.SortFunc(got.Entries, func(a, b catalog.CompiledEntry) int { return strings.Compare(a.Code, b.Code) })
	text, err := os.ReadFile("../catalog.json")
	if err != nil {
		t.Fatal(err)
	}
	var want catalog.CompiledCatalog
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("catalog.json (-) and the entries as compiled here (+) differ:\n%s", diff)
	}
}

const head = "format: 1\nname: shop\nversion: \"3\"\nentries:\n"

const noSuggestions = "    suggestions: { immediate: [], preventive: [] }\n"

func entry(more string) string {
	return head + `  - code: SHOP_STOCK_GONE
    id: shop.stock_gone
    title: The stock is gone
    description: Somebody bought the last one.
    category: conflict
    severity: low
    since: "1.0.0"
` + more
}

var good = entry(`    retryable: false
    match:
      - { type: StockError, message: 'article (?<article>[A-Z0-9]{2,12}) is gone' }
    suggestions:
      immediate: ["Take {{article}} out of the cart"]
      preventive: ["Reserve before payment"]
`)

func problemsOf(text string) []string {
	told := []string{}
	_, problems := Catalog(text, "shop.yaml")
	for _, problem := range problems {
		told = append(told, problem.String())
	}
	return told
}

// TestEachMistakeIsTold has the cases of src/compile.test.ts.
func TestEachMistakeIsTold(t *testing.T) {
	if told := problemsOf(good); len(told) > 0 {
		t.Errorf("a good file: %q", told)
	}
	for _, c := range []struct{ text, want string }{
		{"format: 2\nname: x\nversion: \"1\"\nentries: []\n", "shop.yaml:1 format: format is 2. This errata reads format: 1"},
		{"a: [", "shop.yaml:1"},
		{strings.Replace(good, "SHOP_STOCK_GONE", "stockGone", 1), `shop.yaml:5 entries[0].code: "stockGone" does not fit`},
		{strings.Replace(good, "category: conflict", "category: conflicts", 1), "shop.yaml:9 entries[0].category"},
		{strings.Replace(good, "retryable: false", `retryable: "no"`, 1), "entries[0].retryable"},
		{strings.Replace(good, "{{article}}", "{{artikel}}", 1), "nothing captures {{artikel}}"},
		{strings.Replace(good, "Take {{article}}", "{{for:node}}Take {{article}}", 1), `no language is called "node"`},
		{strings.Replace(good, "(?<article>[A-Z0-9]{2,12})", `(?<article>\w+)`, 1), "differs between engines"},
		{strings.Replace(good, "type: StockError", "typo: StockError", 1), "unknown key typo. Allowed: type, code, message"},
		{entry("    match: [{ language: nodejs }]\n" + noSuggestions), "would match every error"},
		{entry("    match: [{ code: 23505 }]\n" + noSuggestions), "quote numbers"},
		{entry("    match: []\n    match: []\n" + noSuggestions), "Map keys must be unique"},
		{entry("    match: [&a { code: x }, *a]\n" + noSuggestions), "shop.yaml:12: alias *a. Write the value out"},
		{entry("    match: [*b]\n" + noSuggestions), "shop.yaml:12: alias *b. Write the value out"},
		{"a: b: c\n", "shop.yaml:1: mapping values are not allowed"},
		{"a: b\nc: \x01\n", "shop.yaml:2: control characters are not allowed"},
		{good + good[len(head):], "code SHOP_STOCK_GONE is already taken by entries[0]"},
	} {
		if told := strings.Join(problemsOf(c.text), "\n"); !strings.Contains(told, c.want) {
			t.Errorf("told %q, want %q", told, c.want)
		}
	}
}

func TestAnApplicationsCatalog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shop.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(good)
	loaded, err := LoadCatalog([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	facts := catalog.ErrorFacts{Type: "StockError", Message: "article A17 is gone", Code: "ECONNREFUSED"}
	said := catalog.Describe(&facts, loaded, "")
	if said.Code != "SHOP_STOCK_GONE" || said.Retryable == nil || *said.Retryable || !strings.HasSuffix(said.Catalog, "+shop@3") {
		t.Errorf("said %+v", said)
	}
	if diff := cmp.Diff([]string{"Take A17 out of the cart"}, said.Suggestions.Immediate); diff != "" {
		t.Error(diff)
	}
	write(strings.Replace(good, "conflict", "sad", 1))
	_, err = LoadCatalog([]string{file})
	if err == nil || !strings.Contains(err.Error(), file+":9") || !strings.Contains(err.Error(), "errata catalog check") {
		t.Errorf("%v", err)
	}
	if _, err = LoadCatalog([]string{file + ".not"}); err == nil || !strings.Contains(err.Error(), "Name a readable YAML file") {
		t.Errorf("%v", err)
	}
}

// TestCoreSchema asserts that plain scalars mean what they do in YAML 1.2, not in 1.1.
func TestCoreSchema(t *testing.T) {
	for scalar, want := range map[string]string{
		"yes": `"yes"`, "on": `"on"`, "010": "10", "0o17": "15", "0x1F": "31", "1_000": `"1_000"`, "2001-01-01": `"2001-01-01"`,
		"~": "null", "NULL": "null", "True": "true", "1e3": "1000", ".5": "0.5", "+1": "1", "-0": "0", ".inf": "null",
		"!!str 5": `"5"`, `"5"`: `"5"`, "0b1": `"0b1"`, "1:30": `"1:30"`, "!x 5": `"5"`, `!!int "5"`: "5", "<<": `"<<"`, "1.": "1",
	} {
		root, problems := readYAML("- "+scalar+"\n", "f")
		if len(problems) > 0 || root.items[0].json() != want {
			t.Errorf("%s is %v %v, want %s", scalar, root, problems, want)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	for source, why := range map[string]string{
		"a(?=b)": "lookaround", "(?<!a)bcd": "lookaround", `\bfoo`: "word boundary", `(?<x>a)\k<x>`: "backreference",
		"a.b": "differs between engines", `a\db`: "differs between engines", `a[\s]b`: "differs between engines",
		"(abc)": "unnamed capture", "(?<x>a)(?<x>b)": "Duplicate", "x(?:(?<y>a))?": "under", "x(?:ab)+": "without a small bound",
		"x(?:ab){1,17}": "without a small bound", "x(?:a+){1,3}": "inside", "xa{1,1001}": "repeats over", "xa{1001,}": "repeats over",
		"[a-z]+foo": "at the start", "x(": "Unterminated group", `x\u00e9`: `escape \u00e9 differs`, `x[\b]`: `escape \b differs`,
		`x\cJ`: `escape \cJ differs`, "x[]": "empty class", "x[^]": "empty class", "x[[:alpha:]": "[: in class", "x(?<é>a)": "capture name é",
		"x(?:a{1,63}){1,16}": "a{1,63} inside (?:a{1,63}){1,16} repeats over 1000", "x(?:(?:a{0,10}){0,10}){0,11}": "repeats over 1000",
		"x)": "Unmatched ')'", "*a": "Nothing to repeat", "a{1": "Incomplete quantifier", "{a": "Lone quantifier brackets", "a{2,1}": "out of order",
		"x[b-a]": "Range out of order", "x[a": "Unterminated character class", `x\q`: "Invalid escape", `x\`: "Invalid escape", `x\-`: "Invalid escape",
		"x]": "Lone quantifier brackets", "(?i:a)": "Invalid group", `x\1`: "Invalid escape", `x\u12`: "Invalid unicode escape", `(?<b>x)\k<a>`: "Invalid named capture referenced", "(?<1a>b)": "Invalid capture group name",
	} {
		if _, err := Regex(source); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %s", source, err, why)
		}
	}
}

func TestFoldedExpressions(t *testing.T) {
	got, err := Regex(`(?i)duplicate KEY [a-f_Q]{2} \. [^x]|Ünïx\x41`)
	if err != nil {
		t.Fatal(err)
	}
	want := &catalog.PortableRegex{
		RE:   `[dD][uU][pP][lL][iI][cC][aA][tT][eE] [Kk][Ee][Yy] [a-fA-F_Qq]{2} \. [^xX]|Ü[nN]ï[xX][Aa]`,
		Lits: []string{"duplicate key ", "Ünïxa"}, Fold: true, Names: []string{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzRegex asserts that whatever is taken builds in RE2, and that its literals refuse no text it matches.
func FuzzRegex(f *testing.F) {
	for _, source := range []string{"connect (?<code>E[A-Z]+) (?<host>[^ ]+)", "(?i)a b|c[0-9]d", `x\x41[^\]a-z-]{2,3}?$`, "x(?:(?:a{2}){3}){4}"} {
		f.Add(source, "connect ECONNREFUSED ab")
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		compiled, err := Regex(source)
		if err != nil {
			return
		}
		layer := catalog.CompiledCatalog{Entries: []catalog.CompiledEntry{{Code: "E", Match: []catalog.CompiledRule{{Message: compiled}}}}}
		bare := *compiled
		bare.Lits = nil
		all := catalog.CompiledCatalog{Entries: []catalog.CompiledEntry{{Code: "E", Match: []catalog.CompiledRule{{Message: &bare}}}}}
		facts := catalog.ErrorFacts{Message: catalog.WellFormed(text)}
		_, got := catalog.MatchFacts(&facts, catalog.NewCatalog(layer))
		if _, want := catalog.MatchFacts(&facts, catalog.NewCatalog(all)); got != want {
			t.Errorf("%s with literals %q in %q: %v, without %v", compiled.RE, compiled.Lits, facts.Message, got, want)
		}
	})
}
