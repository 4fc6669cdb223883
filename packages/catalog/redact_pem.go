package catalog

// Private keys in PEM, passwords as they are stored, and incoming webhooks. The second half of src/redact/opaque.ts.

import (
	"regexp"
	"strings"
)

const (
	pemBegin = "-----BEGIN "
	pemEnd   = "-----END "
	pemDash  = "-----"
	// pemLabelUnits bounds what stands between `BEGIN` and its dashes, pemEndUnits what stands behind `END`.
	pemLabelUnits = 64
	pemEndUnits   = 71
)

// findPem: RFC 7468, OpenSSH, PGP and PuTTY private keys, with real or escaped line ends; a cut one goes to where its
// base64 ends.
func (t units) findPem(out *spanList) {
	lastEnd, finish := strings.LastIndex(t.b, pemEnd), -1
	for i := t.index(pemBegin, 0); i >= 0; i = t.index(pemBegin, i+1) {
		from := i + len(pemBegin)
		label := t.ascii(from, from+pemLabelUnits)
		dashes := strings.Index(label, pemDash)
		if dashes < 0 || !strings.Contains(label[:dashes], "PRIVATE KEY") {
			continue
		}
		body := from + dashes + len(pemDash)
		end := -1
		if lastEnd >= body {
			if finish < body {
				finish = t.index(pemEnd, body)
			}
			if finish >= 0 {
				behind := finish + len(pemEnd)
				if at := strings.Index(t.ascii(behind, behind+pemEndUnits), pemDash); at >= 0 {
					end = behind + at + len(pemDash)
				}
			}
		}
		if end < 0 {
			end = t.cutPemEnd(body)
		}
		for t.at(end) == '\\' && t.at(end+1) == 'n' {
			end += 2
		}
		t.addParts(i, end, out)
		i = end - 1
	}
}

// addParts adds the key between start and end, in parts where tokens stand within.
func (t units) addParts(start, end int, out *spanList) {
	from := start
	for at := t.index(atomText, from); at >= 0 && at < end; at = t.index(atomText, from) {
		if at > from {
			out.add(from, at, "private_key")
		}
		from = at + 1
	}
	if end > from {
		out.add(from, end, "private_key")
	}
}

func (t units) cutPemEnd(from int) int {
	i := from
	for ; i < t.len(); i++ {
		c := t.b[i]
		if !isAlnumUnit(c) && strings.IndexByte("+/=\\\n\r ", c) < 0 {
			break
		}
		// A space followed by words is the message going on.
		if c == ' ' && isLower(t.at(i+1)) && strings.IndexByte(t.ascii(i+1, i+20), ' ') >= 0 {
			break
		}
	}
	return i
}

var passwordHash = regexp.MustCompile(`^\$(2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{31,60}|argon2(id|i|d)\$[A-Za-z0-9$=,+/v.-]{20,200}|[156]\$(rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{22,90}|(pbkdf2[a-z0-9-]{0,16}|scrypt|y|7)\$[A-Za-z0-9$=,+/.-]{20,200})`)

// passwordHashUnits is how much of a hash is read.
const passwordHashUnits = 256

// findHashes finds passwords as they are stored: bcrypt, argon2, crypt(3), scrypt and PBKDF2 in the modular crypt format.
func (t units) findHashes(out *spanList) {
	for i := t.index("$", 0); i >= 0; i = t.index("$", i+1) {
		switch t.at(i + 1) {
		case 'a', 'p', 's':
		case '2', '1', '5', '6', 'y', '7':
			// Most are `$1`, `$2` of SQL.
			if t.at(i+2) != '$' && t.at(i+3) != '$' {
				continue
			}
		default:
			continue
		}
		if isAlnumUnit(t.at(i - 1)) {
			continue
		}
		if m := passwordHash.FindStringIndex(t.ascii(i, i+passwordHashUnits)); m != nil {
			out.add(i, i+m[1], "password")
			i += m[1] - 1
		}
	}
}

// webhookUnits is how much of a webhook's path is read.
const webhookUnits = 512

var webhooks = []struct {
	host string
	path *regexp.Regexp
}{
	{"hooks.slack.com/", regexp.MustCompile(`^(services|workflows|triggers)/[A-Za-z0-9_/-]+`)},
	{"discord.com/api/webhooks/", regexp.MustCompile(`^[0-9]+/[A-Za-z0-9_-]+`)},
	{"discordapp.com/api/webhooks/", regexp.MustCompile(`^[0-9]+/[A-Za-z0-9_-]+`)},
	{".webhook.office.com/", regexp.MustCompile(`^webhookb2/[A-Za-z0-9@_/-]+`)},
	{"hooks.zapier.com/hooks/", regexp.MustCompile(`^catch/[A-Za-z0-9/]+`)},
	{"maker.ifttt.com/", regexp.MustCompile(`^trigger/[A-Za-z0-9_-]{1,64}/(json/)?with/key/[A-Za-z0-9_-]+`)},
	{"outlook.office.com/webhook/", regexp.MustCompile(`^[A-Za-z0-9@_/-]+`)},
}

// findWebhooks finds incoming webhooks: the path of the URL is the credential.
func (t units) findWebhooks(out *spanList) {
	for i := range webhooks {
		hook := &webhooks[i]
		for at := t.index(hook.host, 0); at >= 0; at = t.index(hook.host, at+1) {
			start := at + len(hook.host)
			if m := hook.path.FindStringIndex(t.ascii(start, start+webhookUnits)); m != nil {
				out.add(start, start+m[1], "token")
			}
		}
	}
}
