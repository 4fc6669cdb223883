package catalog

// Credentials before the host of a URL, a DSN or a connection string. The user stays, unless it is the credential. The
// twin of src/redact/urls.ts.

import (
	"regexp"
	"strings"
)

// findURLCredentials finds `scheme://user:password@host`, `//user:password@host`, `redis://:password@host`,
// `https://<token>@host`.
func (t units) findURLCredentials(out *spanList) {
	for i := t.index("//", 0); i >= 0; i = t.index("//", i+2) {
		start := i + 2
		at := t.userinfoEnd(start)
		if at < 0 {
			continue
		}
		colon := strings.IndexByte(t.b[start:at], ':')
		from := start
		if colon >= 0 {
			from = start + colon + 1
		}
		value := t.cut(from, at)
		if value.len() > 0 && !value.isPlaceholder() && (colon >= 0 || value.isKeyLike()) {
			kind := RedactionType("password")
			if colon < 0 {
				kind = "api_key"
			}
			out.add(from, at, kind)
		}
		// `https://<key>:x@host` and `https://<key>:@host`: the user is the key (Stripe, Sentry's old DSN).
		if colon > 0 && t.cut(start, from-1).isKeyLike() {
			out.add(start, from-1, "api_key")
		}
		i = at - 2
	}
}

// userinfoEnd is the `@` that ends the userinfo which begins at start, -1 if there is none.
func (t units) userinfoEnd(start int) int {
	last, colon := -1, -1
	for i := start; i < t.len(); i++ {
		switch c := t.b[i]; c {
		case '"', '<', '>', '`', unitAtom:
			return last
		// `jdbc:sqlserver://host:1433;password=p@ss`: properties, no userinfo.
		case ';':
			return last
		case '\'':
			if !isAlnumUnit(t.at(i + 1)) {
				return last
			}
		case '/', '?', '#':
			if last >= 0 {
				return last
			}
			// `user:pa/ss@host`: not encoded as it should be; a port would be a number.
			if colon < 0 || colon+1 == i || isDigit(t.at(colon+1)) {
				return -1
			}
			return t.looseEnd(i)
		case ':':
			if colon < 0 {
				colon = i
			}
		case '@':
			last = i
		default:
			if isSpaceUnit(c) {
				return last
			}
		}
	}
	return last
}

// looseUnits is how far the end of a password with a slash is looked for.
const looseUnits = 128

// looseEnd is the next `@` before the word ends, if no path segment looks begun.
func (t units) looseEnd(from int) int {
	for i := from; i < t.len() && i-from < looseUnits; i++ {
		switch c := t.b[i]; {
		case isSpaceUnit(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == unitAtom:
			return -1
		case c == '@':
			return i
		}
	}
	return -1
}

// isKeyLike: at least 16 characters in two kinds, as keys are and login names are not.
func (t units) isKeyLike() bool {
	if t.len() < 16 || strings.Contains(t.b, "%40") || strings.IndexByte(t.b, '.') >= 0 {
		return false
	}
	mix := t.mixOf()
	return mix.digit >= 3 && mix.letters() >= 3
}

var dsnDrivers = []string{"@tcp(", "@tcp6(", "@unix(", "@udp(", "@cloudsql(", "@//", "@(DESCRIPTION"}

const (
	oracleThin = "thin:"
	// oracleUnits is how much is read behind it.
	oracleUnits = 135
)

var oracleLogin = regexp.MustCompile(`^[A-Za-z0-9_$#]{1,64}/([!#-&(-.0-?A-~]{1,64})@[A-Za-z0-9]`)

// dsnUnits bounds what stands before a driver.
const dsnUnits = 256

// findDSNCredentials finds `user:password@tcp(host:3306)/db` (go-sql-driver), `thin:scott/tiger@//host` (Oracle).
func (t units) findDSNCredentials(out *spanList) {
	for _, driver := range dsnDrivers {
		oracle := driver == "@//" || driver == "@(DESCRIPTION"
		for at := t.index(driver, 0); at >= 0; at = t.index(driver, at+1) {
			separator := t.dsnSeparator(at, oracle)
			if separator >= 0 && separator+1 < at && !t.cut(separator+1, at).isPlaceholder() {
				out.add(separator+1, at, "password")
			}
		}
	}
	t.findOracleCredentials(out)
}

// findOracleCredentials: `jdbc:oracle:thin:scott/tiger@host:1521:sid`.
func (t units) findOracleCredentials(out *spanList) {
	for i := t.index(oracleThin, 0); i >= 0; i = t.index(oracleThin, i+1) {
		from := i + len(oracleThin)
		m := oracleLogin.FindStringSubmatchIndex(t.ascii(from, from+oracleUnits))
		if m == nil || t.cut(from+m[2], from+m[3]).isPlaceholder() {
			continue
		}
		out.add(from+m[2], from+m[3], "password")
	}
}

// dsnSeparator is what parts user and password before at, -1 if nothing does.
func (t units) dsnSeparator(at int, oracle bool) int {
	separator := -1
	for start := at; start > 0 && at-start < dsnUnits; {
		c := t.b[start-1]
		if isSpaceUnit(c) || isQuoteUnit(c) || c == unitAtom {
			break
		}
		start--
		if (oracle && c == '/') || (!oracle && c == ':') {
			separator = start
		}
		if oracle && c == ':' {
			break
		}
	}
	return separator
}
