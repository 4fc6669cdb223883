package catalog

// Secrets that prose and commands name without a separator: codes somebody read out, passwords in SQL and on command
// lines. The twin of src/redact/spoken.ts.

import (
	"regexp"
	"strings"
)

// spokenCode is a word that names a code, alone or with the word before; digits follow within `code is 123456`.
type spokenCode struct {
	kind     RedactionType
	min, max int
	with     contextTerms
}

var (
	spokenCodes = map[string]spokenCode{
		"cvc": {kind: "cvc", min: 3, max: 4}, "cvv": {kind: "cvc", min: 3, max: 4}, "cvn": {kind: "cvc", min: 3, max: 4},
		"csc": {kind: "cvc", min: 3, max: 4}, "otp": {kind: "otp", min: 4, max: 8}, "totp": {kind: "otp", min: 4, max: 8},
		"passcode": {kind: "otp", min: 4, max: 8}, "pin": {kind: "otp", min: 4, max: 6}, "tan": {kind: "otp", min: 6, max: 6},
		"password": {kind: "otp", min: 4, max: 8, with: termsOf([]string{"time"})},
		"code": {kind: "otp", min: 3, max: 8, with: termsOf(strings.Fields(
			"verification security confirmation otp sms login fa mfa factor time authentication passcode card reset your"))},
	}
	spokenNames = []string{"cvc", "cvv", "cvn", "csc", "totp", "otp", "passcode", "pin", "code", "password", "tan"}
	spokenLink  = regexp.MustCompile("^( is| was|:| =|=|#| number| no[.]?| -){0,2} ?[\"'`]?")
	// spokenBefore: `123456 is your verification ` before `code`.
	spokenBefore = regexp.MustCompile(`(^|[^0-9A-Za-z_.-])([0-9]{4,8}) (is|as) (your|the)( [A-Za-z-]{1,16}){0,3} $`)
	// boardTerms: pins of electronics.
	boardTerms = termsOf([]string{"gpio", "board", "header", "io"})
	cardTerm   = termsOf([]string{"card"})
	cardTerms  = termsOf([]string{"card", "security"})
)

const (
	spokenLinkUnits = 16
	spokenReach     = 64
	spokenToldReach = 72
	boardReach      = 16
)

// findSpokenCodes: `cvc 314`, `your verification code is 123456`, `my card is ... and the code is 314`.
func (t units) findSpokenCodes(out *spanList) {
	for i := 0; i < t.len(); i++ {
		if isWordUnit(t.at(i - 1)) {
			continue
		}
		name := t.nameAt(i, spokenNames)
		if end := i + len(name); name != "" && !isWordUnit(t.at(end)) {
			t.takeSpokenCode(spokenCodes[name], i, end, out)
		}
	}
}

func (t units) takeSpokenCode(rule spokenCode, begin, end int, out *spanList) {
	if rule.min == rule.max && t.b[begin:end] != "TAN" {
		return
	}
	if rule.kind == "otp" && len(rule.with) != 1 {
		t.takeToldCode(begin, out)
	}
	link := spokenLink.FindString(t.ascii(end, end+spokenLinkUnits))
	if link == "" {
		return
	}
	start := end + len(link)
	stop := start
	for isDigit(t.at(stop)) {
		stop++
	}
	size := stop - start
	if size < rule.min || size > rule.max || isWordUnit(t.at(stop)) || (t.at(stop) == '.' && isAlnumUnit(t.at(stop+1))) {
		return
	}
	if rule.max == 6 && hasTerm(t.contextBefore(begin, boardReach), boardTerms) {
		return
	}
	kind := rule.kind
	if rule.with != nil {
		context := t.contextBefore(begin, spokenReach)
		near := lastTwo(context)
		// `my card is ... and the code is 314`
		card := hasTerm(context, cardTerm) && size <= 4 && strings.HasPrefix(link, " is")
		if !card && !hasTerm(near, rule.with) {
			return
		}
		if card || hasTerm(near, cardTerms) {
			kind = "otp"
			if size <= 4 {
				kind = "cvc"
			}
		}
	}
	out.add(start, stop, kind)
}

// takeToldCode: `123456 is your verification code`, `use 123456 as your code`.
func (t units) takeToldCode(at int, out *spanList) {
	floor := max(0, at-spokenToldReach)
	if m := spokenBefore.FindStringSubmatchIndex(t.ascii(floor, at)); m != nil {
		out.add(floor+m[4], floor+m[5], "otp")
	}
}

// lastTwo is the last two words of a context.
func lastTwo(context string) string {
	list := strings.Split(strings.Trim(context, " "), " ")
	return " " + strings.Join(list[max(0, len(list)-2):], " ") + " "
}

var spokenPhrases = []string{"identified by", "password", "passwd", "pwd", "passphrase"}

const (
	identifiedWith   = "identified with "
	identifiedUnits  = 32
	identifiedWithBy = " by"
)

// spokenPhraseAt is behind the quote of a phrase that begins at i, and of its blanks; -1 if none does.
func (t units) spokenPhraseAt(i int) int {
	c := t.b[i] | 0x20
	if c != 'p' && c != 'i' {
		return -1
	}
	end := i + len(t.nameAt(i, spokenPhrases))
	if end == i && c == 'i' && t.nameAt(i, identifiedWiths) != "" {
		word := i + len(identifiedWith)
		end = word
		for end-word < identifiedUnits && t.has(end, bitsAlnum|bitUnderscore) {
			end++
		}
		if end == word || end >= t.len() || t.nameAt(end, identifiedBys) == "" {
			return -1
		}
		end += len(identifiedWithBy)
	}
	if end == i {
		return -1
	}
	blanks := end
	if t.at(end) == '(' {
		end++
	}
	for end == blanks || t.b[end-1] == ' ' {
		if t.at(end) != ' ' {
			break
		}
		end++
	}
	if c := t.at(end); end == blanks || (c != '"' && c != '\'') {
		return -1
	}
	return end + 1
}

var identifiedWiths, identifiedBys = []string{identifiedWith}, []string{identifiedWithBy}

// spokenPasswordUnits bounds a password in quotes.
const spokenPasswordUnits = 256

// findSpokenPasswords: `IDENTIFIED BY 'x'`, `PASSWORD 'x'` (SQL), `password "x"`.
func (t units) findSpokenPasswords(out *spanList) {
	for i := 0; i < t.len(); i++ {
		start := t.spokenPhraseAt(i)
		if start < 0 {
			continue
		}
		before := t.at(i - 1)
		i = start - 1
		if isWordUnit(before) || before == '-' {
			continue
		}
		end := strings.IndexByte(t.ascii(start, start+spokenPasswordUnits), t.b[start-1])
		if end < 1 {
			continue
		}
		value := t.cut(start, start+end)
		if strings.IndexByte(value.b, unitAtom) >= 0 || strings.IndexAny(value.b, "\n ") >= 0 || value.isPlaceholder() || value.isProse() {
			continue
		}
		out.add(start, start+end, "password")
	}
}

var commandClients = []string{
	"mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump", "sshpass", "redis-cli", "curl", "wget",
	"ldapsearch", "mongo", "mongosh", "mongodump", "mongorestore", "sqlcmd", "bcp", "isql", "smbclient", "htpasswd", "psql",
	"docker login", "podman login",
}

// commandUnits is how much is read behind a program.
const commandUnits = 400

// findCommandSecrets: `mysql -uroot -pS3cret`, `sshpass -p x`, `redis-cli -a x`, `curl -u user:x`: clients whose flags hold
// a password.
func (t units) findCommandSecrets(out *spanList) {
	for i := 0; i < t.len(); i++ {
		if isWordUnit(t.at(i - 1)) {
			continue
		}
		if program := t.programAt(i); program != "" {
			i += len(program)
			t.takeArguments(program, i+1, out)
		}
	}
}

// programAt is the client that stands at i before a blank.
func (t units) programAt(i int) string {
	switch t.b[i] {
	case 'm', 's', 'r', 'c', 'w', 'l', 'b', 'i', 'h', 'p', 'd':
	default:
		return ""
	}
	for _, program := range commandClients {
		if t.hasAt(program, i) && t.at(i+len(program)) == ' ' {
			return program
		}
	}
	return ""
}

func (t units) takeArguments(program string, from int, out *spanList) {
	line := t.cut(from, from+commandUnits)
	at := 0
	var previous units
	for range redactArgumentWords {
		end := line.len()
		blank := strings.IndexByte(line.b[at:], ' ')
		if blank >= 0 {
			end = at + blank
		}
		word := line.cut(at, end)
		if found := commandSecret(program, previous, word); found > 0 && strings.IndexByte(word.b, unitAtom) < 0 {
			out.add(from+at+found-1, from+at+word.trimmedEnd(), "password")
		}
		previous = word
		at = end + 1
		if blank < 0 || strings.IndexByte(word.b, '\n') >= 0 {
			return
		}
	}
}

var netrcLine = regexp.MustCompile(`login [^ \n]{1,64}[ \n]+password ([^ \n]{1,128})`)

// findNetrc: `machine h login u password p`: a line of a .netrc.
func (t units) findNetrc(out *spanList) {
	if !strings.Contains(t.b, "login ") {
		return
	}
	for from := 0; from < t.len(); {
		m := netrcLine.FindStringSubmatchIndex(t.b[from:])
		if m == nil {
			return
		}
		begin, start, end := from+m[0], from+m[2], from+m[3]
		// No word of it holds an atom: the expression's classes know no difference.
		if atom := strings.IndexByte(t.b[begin:end], unitAtom); atom >= 0 {
			if begin+atom <= start {
				from = begin + 1
				continue
			}
			end = begin + atom
		}
		if value := t.cut(start, end); !value.isPlaceholder() && !value.isProse() {
			out.add(start, end, "password")
		}
		from = end
	}
}

// trimmedEnd is the end of the word without the quotes and commas around it.
func (t units) trimmedEnd() int {
	end := 0
	for end < t.len() && !isSpaceUnit(t.b[end]) {
		end++
	}
	for end > 1 && strings.IndexByte(`"',;)]`, t.b[end-1]) >= 0 {
		end--
	}
	return end
}

var (
	attachedClients = words("mysql mysqldump mysqladmin mysqlimport mariadb mariadb-dump")
	separateClients = map[string]string{
		"sshpass": "-p", "redis-cli": "-a", "ldapsearch": "-w", "sqlcmd": "-P", "bcp": "-P", "isql": "-P", "mongo": "-p",
		"mongosh": "-p", "mongodump": "-p", "mongorestore": "-p", "docker login": "-p", "podman login": "-p",
	}
)

// commandSecret is 1 + the offset in word where its secret begins; 0 if it has none. Also for lists of arguments: see
// redact_walk.go.
func commandSecret(program string, previous, word units) int {
	if word.isPlaceholder() {
		return 0
	}
	if in(attachedClients, program) {
		if word.hasAt("-p", 0) && word.len() > 2 && strings.IndexByte(word.b, '=') < 0 {
			return 3
		}
		return 0
	}
	if flag, found := separateClients[program]; found {
		if previous.b == flag && !word.hasAt("-", 0) {
			return 1
		}
		if word.hasAt(flag, 0) && word.len() > 2 && !word.hasAt("--", 0) && strings.IndexByte(word.b, '=') < 0 {
			return 3
		}
		return 0
	}
	colon := strings.IndexByte(word.b, ':')
	if (program == "curl" || program == "wget") && (previous.b == "-u" || previous.b == "--user") && colon > 0 && colon+1 < word.len() {
		return colon + 2
	}
	return 0
}
