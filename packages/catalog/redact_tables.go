package catalog

// The tables of redaction: keys, makers' keys, states' numbers, words about people. They are redact-tables.jsonl, which
// the TypeScript tables (src/redact/*-table.ts) write; a test there holds that it is theirs.

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed redact-tables.jsonl
var redactTablesText string

// keyRow is keys that say the same of their value.
type keyRow struct {
	Type      RedactionType `json:"type"`
	Certainty string        `json:"certainty"`
	Terms     string        `json:"terms"`
}

// vendorRow is keys whose maker gave them a prefix: at least min, at most max characters of body follow it.
type vendorRow struct {
	Maker    string        `json:"maker"`
	Prefixes []string      `json:"prefixes"`
	Body     string        `json:"body"`
	Min      int           `json:"min"`
	Max      int           `json:"max"`
	Sure     bool          `json:"sure"`
	Type     RedactionType `json:"type"`
}

// nationalRow is a number that a state gives to people.
type nationalRow struct {
	Country string   `json:"country"`
	Name    string   `json:"name"`
	Shape   string   `json:"shape"`
	Checked bool     `json:"checked"`
	Context []string `json:"context"`
	Lead    []int    `json:"lead"`
}

type redactTableRows struct {
	keys     []keyRow
	words    map[string][]string
	vendors  []vendorRow
	national []nationalRow
}

var redactTables = sync.OnceValue(func() redactTableRows {
	tables := redactTableRows{words: make(map[string][]string)}
	for line := range strings.Lines(redactTablesText) {
		var row struct {
			Key      *keyRow      `json:"key"`
			List     string       `json:"list"`
			Words    string       `json:"words"`
			Vendor   *vendorRow   `json:"vendor"`
			National *nationalRow `json:"national"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			panic("redact-tables.jsonl: " + err.Error())
		}
		switch {
		case row.Key != nil:
			tables.keys = append(tables.keys, *row.Key)
		case row.Vendor != nil:
			tables.vendors = append(tables.vendors, *row.Vendor)
		case row.National != nil:
			tables.national = append(tables.national, *row.National)
		default:
			tables.words[row.List] = strings.Fields(row.Words)
		}
	}
	return tables
})

// redactWords is a list of words by its name in TypeScript.
func redactWords(name string) []string {
	list, found := redactTables().words[name]
	if !found {
		panic("redact-tables.jsonl has no list " + name)
	}
	return list
}

func redactWordSet(name string) map[string]struct{} {
	return words(strings.Join(redactWords(name), " "))
}
