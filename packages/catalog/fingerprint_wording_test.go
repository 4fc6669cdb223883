package catalog

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestClippedWordings compares the two expressions that are written with "+" with what the specification has.
func TestClippedWordings(t *testing.T) {
	specified := map[string]struct {
		from *regexp.Regexp
		to   string
	}{
		" cannot be cast to ": {regexp.MustCompile(`(?:class )?([A-Za-z0-9_.$]{1,200}) cannot be cast to ` +
			`(?:class )?([A-Za-z0-9_.$]{1,200})[^\n]*`), "${1} cannot be cast to ${2}"},
		"argument": {regexp.MustCompile(`[A-Za-z0-9_<>.]{1,200}[.]([A-Za-z0-9_]{1,100})\(\) (takes|missing|got)`), "${1}() ${2}"},
	}
	pieces := []string{"class ", " cannot be cast to ", "a.b", "\n", strings.Repeat("a", 199), strings.Repeat("a.", 60),
		strings.Repeat("x", 101), strings.Repeat("x", 99), ".", "f", "() takes", "() got", "<l>", " ", "é"}
	random := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for i := range wordings {
		one := &wordings[i]
		want, clipped := specified[one.needle]
		if !clipped {
			continue
		}
		tried++
		for range 500 {
			var text strings.Builder
			for range 1 + random.IntN(8) {
				text.WriteString(pieces[random.IntN(len(pieces))])
			}
			if got, want := one.apply(text.String()), want.from.ReplaceAllString(text.String(), want.to); got != want {
				t.Fatalf("%q in %q\n got %q\nwant %q", one.needle, text.String(), got, want)
			}
		}
	}
	if tried != len(clips) || tried != len(specified) {
		t.Errorf("%d of %d clipped expressions compared", tried, len(clips))
	}
}

// A needle that the pass over the text does not see would leave its wording out.
func TestEveryNeedleIsSeen(t *testing.T) {
	needles := append([]string{}, wordingCuts[:]...)
	for i := range wordings {
		needles = append(needles, wordings[i].needle)
	}
	for at, needle := range needles {
		for _, text := range []string{needle, "é" + needle, "read: " + needle + "x"} {
			if needlesIn(text)>>at&1 == 0 {
				t.Errorf("%q is not seen in %q", needle, text)
			}
		}
	}
	if seen := needlesIn("one"); seen != 0 {
		t.Errorf("a text shorter than any needle has %b", seen)
	}
}
