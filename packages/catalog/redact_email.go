package catalog

// E-mail addresses (RFC 5321, RFC 6531), also with `%40` for the `@`. The twin of src/redact/email.ts.

import "strings"

// noTopLevels are ends of names with an `@` that are no domains: files, systemd units, package versions.
var noTopLevels = words(
	"js mjs cjs jsx tsx css scss less png jpg jpeg gif webp ico bmp html htm json yml yaml toml xml txt log lock tgz gz bz2 xz jar war class dll exe map wasm node service socket timer slice scope target mount path automount swap device",
)

func (t units) findEmails(out *spanList) {
	// Escaped ones first: in `https://ana%40example.org@host` only the first is a mailbox.
	floor := 0
	for at := t.index("%40", 0); at >= 0; at = t.index("%40", at+3) {
		floor = t.takeEmail(floor, at, at+3, out)
	}
	floor = 0
	for at := t.index("@", 0); at >= 0; at = t.index("@", at+1) {
		floor = t.takeEmail(floor, at, at+1, out)
	}
}

// takeEmail adds the address around the `@` between at and after; answers where the next may begin.
func (t units) takeEmail(floor, at, after int, out *spanList) int {
	end := t.domainEnd(after)
	if end < 0 {
		return floor
	}
	start := t.localStart(floor, at)
	if start < 0 || t.isRemote(start, at, end) {
		return floor
	}
	out.add(start, end, "email")
	if t.at(start-1) == '<' {
		t.takeDisplayName(start-1, out)
	}
	return end
}

// localStart is where the local part that ends at at begins; -1 if there is none.
func (t units) localStart(floor, at int) int {
	if t.at(at-1) == '"' {
		// "john doe"@example.com: a quoted local part.
		from := max(floor, at-1-redactEmailLocalUnits)
		open := strings.LastIndexByte(t.ascii(from, at-1), '"')
		if open < 0 || strings.IndexByte(t.b[from+open:at], unitAtom) >= 0 {
			return -1
		}
		return from + open
	}
	i := at
	stop := max(floor, at-redactEmailLocalUnits)
	// Scripts without spaces stand right before an address: `用户li@example.cn` is li's.
	dense := t.has(at-1, bitDense)
	for i > stop && t.isLocal(i-1) && (dense || !t.has(i-1, bitDense)) {
		i--
	}
	for i < at && strings.IndexByte(".'-/=", t.b[i]) >= 0 {
		i++
	}
	if i < at {
		return i
	}
	return -1
}

// isLocal: characters of an unquoted local part that people have; of RFC 5322's others only those that do not delimit in
// logs.
func (t units) isLocal(i int) bool {
	c := t.b[i]
	switch {
	case isAlnumUnit(c) || c == '.' || c == '_' || c == '-' || c == '+':
		return true
	case c >= 0x80:
		return isMailUnit(c)
	case c == '\'':
		// An apostrophe between letters belongs to a name; elsewhere it is a quote.
		return isAlphaUnit(t.at(i-1)) && isAlphaUnit(t.at(i+1)) && t.isQuotedName(i)
	}
	return c == '%' && t.at(i+1) == '2' && t.at(i+2) == 'B'
}

// isMailUnit: beyond ASCII, neither space nor atom nor punctuation, which delimits in text of other scripts.
func isMailUnit(c byte) bool {
	return unitBits[c]&bitWide != 0 && unitBits[c]&bitPunctuation == 0
}

// isQuotedName: `'d.o'neil@...`: at most two letters between the apostrophe and what begins the part: o', d', l', mc'.
func (t units) isQuotedName(i int) bool {
	n := 0
	for n < 3 && isAlphaUnit(t.at(i-1-n)) {
		n++
	}
	return n <= 2
}

const (
	literalLeast = 3
	literalMost  = 40
)

// literalEnd is the end of a domain literal, an address in brackets; -1 if none stands at from.
func (t units) literalEnd(from int) int {
	begin := from + 1
	if t.hasAt("IPv6:", begin) {
		if end := t.literalBody(begin + 5); end >= 0 {
			return end
		}
	}
	return t.literalBody(begin)
}

func (t units) literalBody(begin int) int {
	end := begin
	for isHexUnit(t.at(end)) || t.at(end) == ':' || t.at(end) == '.' {
		end++
	}
	if size := end - begin; size < literalLeast || size > literalMost || t.at(end) != ']' {
		return -1
	}
	return end + 1
}

// domainEnd is the end of the domain that begins at from, -1 if none does.
func (t units) domainEnd(from int) int {
	if t.at(from) == '[' {
		return t.literalEnd(from)
	}
	end, dot := from, -1
	for limit := min(t.len(), from+redactEmailDomainUnits); end < limit; end++ {
		c := t.b[end]
		if c == '.' {
			if next := t.at(end + 1); end == from || (!isAlnumUnit(next) && !(next == unitAtom || isMailUnit(next))) {
				break
			}
			dot = end
		} else if !isAlnumUnit(c) && c != '-' && !isMailUnit(c) {
			break
		}
	}
	for end > from && t.b[end-1] == '-' {
		end--
	}
	if dot < 0 || dot >= end-1 || !t.isDomain(from, dot, end) {
		return -1
	}
	return end
}

func (t units) isDomain(from, dot, end int) bool {
	top := t.cut(dot+1, end)
	if top.len() < 2 || top.len() > 24 || isDigit(top.b[0]) {
		return false
	}
	lower := lowerASCII(top.b)
	if strings.HasPrefix(lower, "xn--") {
		return true
	}
	for i := range len(lower) {
		if isDigit(lower[i]) || lower[i] == '-' {
			return false
		}
	}
	if in(noTopLevels, lower) {
		return false
	}
	// name@1.2.3-beta.rc is a version of a package.
	first, rest, _ := strings.Cut(t.b[from:end], ".")
	return !(allDigits(first) && strings.IndexByte(rest, '.') >= 0 && isDigit(rest[0]))
}

// isRemote: `git@github.com:acme/site.git`, `ssh://git@host`, `deploy@host.example:/srv`: a login of a machine, not a
// mailbox.
func (t units) isRemote(start, at, end int) bool {
	local := t.b[start:at]
	next := t.at(end)
	if (local == "git" || local == "hg" || local == "svn") && (next == ':' || next == '/') {
		return true
	}
	if next == ':' && (t.at(end+1) == '/' || t.at(end+1) == '~') && t.at(end+2) != '/' {
		return true
	}
	return t.at(start-1) == '/' && t.at(start-2) == '/' && !strings.Contains(local, "%40")
}
