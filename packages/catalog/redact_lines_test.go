package catalog

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pieces are what the lines of the compared texts are made of: frames of three languages, heads, and what finders of every
// kind look at, at the beginnings and ends of lines too.
func linePieces() []string {
	secret := "S3" + "cretPw9x"
	pieces := []string{
		"\tat com.example.shop.Cart.add(Cart.java:%d)", "\tat java.base/java.lang.Thread.run(Thread.java:833)",
		"\tat com.example.customer.TokenService.token(TokenService.java:%d)", "\tat org.acme.user.User$Proxy.<init>(User.java:%d)",
		"    at Object.<anonymous> (/app/src/index.js:%d:5)", "    at async Promise.all (index 0)", "    at /home/jane/app/x.js:%d:1",
		"   at Shop.Cart.Add(Int32 id, String name) in /src/Cart.cs:line %d", "\tat login jane", "\tat x.y(name:", "\tat a.value:",
		"    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)", "\tat a.b.password:", "\tat a.b(token ",
		"\tat org.acme.Net.dial(10.1.2.%d)", "\tat v8.v/ 203.0.113.%d", "\tat core::fmt::write", "\tat x.y(A.java:1) ~[app-1.2.jar:?]",
		"\tat tel 555-0178", "\tat x(202) 555-0178", "\t... 12 more", "Caused by: java.io.IOException: order %d 'a' \"b\"",
		"java.lang.IllegalStateException: order %d", "password:", "password=" + secret, "name: Jane Roe", "  login jane", "token ",
		"Authorization: Bearer " + secret + secret, "card 4242 4242 4242 4242", "jane.roe@example.com", "nginx/203.0.113.%d", "https://x ",
		"mysql -uroot -p", "machine h login jane", "password " + secret, "\tat password " + secret, "'", "\"", "`", "{\"password\": \"", "\"}",
		"<password>", "</password>", "<tag a=\"b\">", "(phone", ")=(+4915112345678)", "code is 123456", "cvc 314", "user Jane Roe", "",
		"-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA" + strings.Repeat("q3Zx", 20), "-----END RSA PRIVATE KEY-----", "arn:aws:secret:",
		"{\"name\": \"DB_PASSWORD\",", "value: " + secret, "prénom: Zoë", "Hauptstraße 5", "[REDACTED:email]", "\tat x[REDACTED](A.java:1)",
		"Cookie: a=" + secret, "221B", " Baker Street", "%2B4915112345678", "+49 151 12345678", "$2b$12$" + strings.Repeat("a1B2", 14),
	}
	return pieces
}

func randomLines(random *rand.Rand, pieces []string) string {
	var out strings.Builder
	for range 3 + random.IntN(6) {
		piece := pieces[random.IntN(len(pieces))]
		times := 1
		if mayBeFrame(piece) {
			times = random.IntN(24)
		}
		for range times {
			if strings.Contains(piece, "%d") {
				fmt.Fprintf(&out, piece, random.IntN(4))
			} else {
				out.WriteString(piece)
			}
			if random.IntN(12) > 0 {
				out.WriteByte('\n')
			}
		}
	}
	return out.String()
}

// A memory of lines changes no answer of a redactor, however they are put together.
func TestLinesInMemoryChangeNoRedaction(t *testing.T) {
	pieces := linePieces()
	random := rand.New(rand.NewPCG(4, 2026))
	redactor := CreateRedactor(RedactionOptions{})
	var memory Memory
	passed := 0
	for range 10_000 {
		text := randomLines(random, pieces)
		want, got := RedactionCounts{}, RedactionCounts{}
		left, _ := redactor.TextUnder("exception.stacktrace", text, want)
		known, _ := memory.TextUnder(redactor, "exception.stacktrace", text, got)
		if diff := cmp.Diff(left, known) + cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q: want (-), got (+):\n%s", text, diff)
		}
		if redactor.holdsNothing(text, redactSkip{}, &memory.lines) {
			passed++
		}
	}
	if passed < 200 {
		t.Errorf("only %d texts were passed over: the test compares nothing", passed)
	}
}
