package catalog

import (
	"strings"
	"testing"
)

// BenchmarkMatchLong shows that a message of 64 kB costs about four times one of 16 kB: MB/s is bytes per microsecond.
func BenchmarkMatchLong(b *testing.B) {
	catalog := BuiltinCatalog()
	for _, unit := range []string{"415 ", "Error: ", "timeout of 1", "a"} {
		for _, size := range []int{16 << 10, 64 << 10} {
			name := strings.TrimSpace(strings.ReplaceAll(unit, " ", "_")) + map[bool]string{true: "/16kB", false: "/64kB"}[size == 16<<10]
			facts := ErrorFacts{Type: "Error", Message: strings.Repeat(unit, size/len(unit)), Language: "nodejs"}
			b.Run(name, func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					MatchFacts(&facts, catalog)
				}
			})
		}
	}
}
