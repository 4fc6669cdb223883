package catalog

import (
	"math/rand/v2"
	"testing"
)

// What the two looks leave out, the expression would not have taken.
func TestNextUnitsLeaveNoNumberOut(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const behind = "0123456789012345678901234567890123456789    ---...//+ABKWXx:é"
	left, taken := 0, 0
	for lead := 1; lead < leadMost; lead++ {
		for k := range nationalIDs[lead] {
			id := &nationalIDs[lead][k]
			for range 4_000 {
				text := make([]byte, 0, nationalUnits)
				for range lead {
					text = append(text, byte('0'+random.IntN(10)))
				}
				for len(text) < lead+random.IntN(nationalUnits) {
					text = append(text, behind[random.IntN(len(behind))])
				}
				if len(text) > lead && isDigit(text[lead]) {
					continue
				}
				m := id.shape.FindIndex(text)
				takes := m != nil && m[1] >= lead
				allowed := id.next.allow(string(text[lead:]))
				if takes && !allowed {
					t.Fatalf("%s takes %q of %q, which is not tried", id.shape, text[:m[1]], text)
				}
				if takes {
					taken++
				}
				if !allowed {
					left++
				}
			}
		}
	}
	if taken == 0 || left == 0 {
		t.Errorf("%d taken and %d left out: the test shows nothing", taken, left)
	}
}
