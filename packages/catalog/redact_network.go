package catalog

// Addresses of the network. Those of people and clients go; the program's own peers, networks and versions stay. The
// twin of src/redact/network.ts.

import (
	"slices"
	"strings"
)

var (
	// peerWords stand directly before an address that a program connects to or listens on (Node, Go, Java, PostgreSQL,
	// nginx).
	peerWords = words("altnames hosts allowed connect connecting connection connected econnrefused etimedout ehostunreach enetunreach econnreset eaddrinuse eaddrnotavail epipe dial dialing tcp udp getaddrinfo lookup enotfound server servers host hostname upstream backend endpoint broker node nodes bind listen listening bound listener resolver dns nameserver gateway proxy peer master replica primary leader shard cluster target destination dst ssh route reach ping")
	// fillerWords may stand between: they say neither. Any other word (client, from, for, user, ...) leaves a person's
	// address.
	fillerWords = words("to at on with the a is was ip address addr port error failed failure refused timeout timed out time")
	// publicResolvers are asked by everybody: no person's.
	publicResolvers = words("8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220")
	releaseWords    = termsOf([]string{"version", "versions", "build", "release"})
)

// What a unit is to an address: its own (hex, colon), of another word, or neither.
const (
	addressOwn  = 1
	addressWord = 2
)

var addressKind = func() (kind [256]uint8) {
	for c := range kind {
		if b := byte(c); isHexUnit(b) || b == ':' {
			kind[c] = addressOwn
		} else if isWordUnit(b) {
			kind[c] = addressWord
		}
	}
	return kind
}()

func (t units) findAddresses(out *spanList) {
	b := t.b
	for i := 0; i < len(b); {
		kind, start := addressKind[b[i]], i
		i++
		if kind == addressWord {
			// The rest of a word that began otherwise is no address.
			for i < len(b) && isWordUnit(b[i]) {
				i++
			}
			continue
		}
		if kind != addressOwn || isWordUnit(t.at(start-1)) {
			continue
		}
		dots, colons := 0, 0
		for i = start; i < len(b); i++ {
			if c := b[i]; c == '.' {
				dots++
			} else if c == ':' {
				colons++
			} else if addressKind[c] != addressOwn {
				break
			}
		}
		if dots == 3 && colons <= 1 && isDigit(b[start]) {
			i = t.takeIPv4(start, i, out)
		} else if colons >= 2 {
			i = t.takeColons(start, i, out)
		}
	}
}

// quadEnd is the end of four numbers up to 255 at i, i if there are none; first and second are the first two.
func (t units) quadEnd(i int) (end, first, second int) {
	at := i
	for n := range 4 {
		if n > 0 {
			if t.at(at) != '.' {
				return i, 0, 0
			}
			at++
		}
		begin, number := at, 0
		for at-begin < 3 && isDigit(t.at(at)) {
			number = number*10 + int(t.b[at]) - '0'
			at++
		}
		if at == begin || number > 255 || (at-begin > 1 && t.b[begin] == '0') {
			return i, 0, 0
		}
		switch n {
		case 0:
			first = number
		case 1:
			second = number
		}
	}
	return at, first, second
}

func (t units) takeIPv4(i, runEnd int, out *spanList) int {
	end, first, second := t.quadEnd(i)
	if end == i {
		return runEnd
	}
	next := t.at(end)
	if isWordUnit(next) || next == '+' || ((next == '-' || next == '.') && isAlnumUnit(t.at(end+1))) {
		return runEnd
	}
	quad := t.b[i:end]
	if isKeptIPv4(quad, first, second) || t.isNetwork(end, quad) || t.isVersion(i) || t.isPeer(i, end) {
		return end
	}
	out.add(i, end, "ip")
	return end
}

// isKeptIPv4: loopback, private, shared, link-local, multicast, broadcast, wildcard (RFC 6890), and public resolvers.
func isKeptIPv4(quad string, a, b int) bool {
	switch {
	case a == 0 || a == 10 || a == 127 || a >= 224:
		return true
	case (a == 192 && b == 168) || (a == 172 && b >= 16 && b <= 31) || (a == 169 && b == 254) || (a == 100 && b >= 64 && b <= 127):
		return true
	}
	return in(publicResolvers, quad)
}

// isNetwork: `203.0.113.0/24`: a network names nobody. A host with a length (`/32`) does.
func (t units) isNetwork(end int, quad string) bool {
	if t.at(end) != '/' || !isDigit(t.at(end+1)) || !strings.HasSuffix(quad, ".0") {
		return false
	}
	length := int(t.at(end+1)) - '0'
	if isDigit(t.at(end + 2)) {
		length = length*10 + int(t.at(end+2)) - '0'
	}
	return length <= 28
}

// versionMarks end a comparison of versions.
var versionMarks = []string{"~>", ">=", "<=", "=="}

const versionReach = 20

// isVersion: `version 20.3.17.173`, `nginx/1.2.3.4`, `v1.2.3.4`, `>= 1.2.3.4`, `lib-1.2.3.4`.
func (t units) isVersion(i int) bool {
	p := t.at(i - 1)
	if p == '/' && isAlnumUnit(t.at(i-2)) && !strings.Contains(t.ascii(i-40, i), " /") {
		return true
	}
	if p == '-' || p == '^' || p == '~' {
		return true
	}
	before := strings.TrimSuffix(t.ascii(i-3, i), " ")
	if n := len(before); n > 0 && strings.IndexByte("@<>^~", before[n-1]) >= 0 {
		return true
	}
	for _, mark := range versionMarks {
		if strings.HasSuffix(before, mark) {
			return true
		}
	}
	context := t.contextBefore(i, versionReach)
	list := strings.Split(strings.Trim(context, " "), " ")
	return in(keyVersions, list[len(list)-1]) || (len(list) > 1 && hasTerm(context, releaseWords))
}

const (
	peerReach = 40
	// peerFillers is how many words of no meaning may stand between, and the one that decides.
	peerFillers = 5
)

// isPeer is true if the address at i is one the program connects to: in a URL, or after a word that says so.
func (t units) isPeer(i, end int) bool {
	before := t.ascii(i-3, i)
	// A URL's host, `user@host`, and gRPC's `ipv4:1.2.3.4:443`.
	if strings.HasSuffix(before, "//") || strings.HasSuffix(before, "@") || before == "v4:" || before == "v6:" {
		return true
	}
	list := strings.Split(strings.Trim(t.contextBefore(i, peerReach), " "), " ")
	// The nearest word that says something decides: `upstream timed out, client: 1.2.3.4` is a client.
	for n, word := range slices.Backward(list) {
		if n < len(list)-peerFillers {
			break
		}
		// `CF-Connecting-IP` names a client.
		if word == "connecting" && n > 0 && list[n-1] == "cf" {
			break
		}
		if in(peerWords, word) {
			return true
		}
		if !in(fillerWords, word) {
			break
		}
	}
	return strings.HasSuffix(before, "/") && t.at(end) == ':'
}

// takeColons takes IPv6 or a MAC in the run of hex digits, colons and dots from i to runEnd.
func (t units) takeColons(i, runEnd int, out *spanList) int {
	end := runEnd
	for end > i && t.b[end-1] == '.' {
		end--
	}
	run := t.b[i:end]
	if isMAC(run) {
		// All zeros, broadcast and Docker's made-up addresses (02:42) are nobody's.
		lower := lowerASCII(run)
		if lower != "00:00:00:00:00:00" && lower != "ff:ff:ff:ff:ff:ff" && !strings.HasPrefix(lower, "02:42:") &&
			!isWordUnit(t.at(end)) {
			out.add(i, end, "mac")
		}
		return runEnd
	}
	// `::1:` and `2001:db8::1:`: a colon of the sentence.
	for strings.HasSuffix(run, ":") && !strings.HasSuffix(run, "::") {
		run = run[:len(run)-1]
	}
	end = i + len(run)
	if !isIPv6Run(run) || isWordUnit(t.at(end)) || t.at(end) == '%' {
		return runEnd
	}
	from := i
	if t.at(i-1) == '[' {
		from--
	}
	if isKeptIPv6(lowerASCII(run)) || t.at(end) == '/' || t.isPeer(from, end) {
		return runEnd
	}
	out.add(i, end, "ip")
	return runEnd
}

// macUnits is the characters of a hardware address.
const macUnits = 17

func isMAC(run string) bool {
	if len(run) != macUnits {
		return false
	}
	for i := range macUnits {
		if i%3 == 2 {
			if run[i] != ':' {
				return false
			}
		} else if !isHexUnit(run[i]) {
			return false
		}
	}
	return true
}

// isIPv6Run: RFC 4291, 2.2: eight groups, or fewer around one `::`; the last two may be an IPv4 address.
func isIPv6Run(run string) bool {
	if strings.Count(run, "::") > 1 {
		return false
	}
	left, right, shortened := strings.Cut(run, "::")
	groups, size := 0, 0
	for _, half := range [2]string{left, right} {
		if half == "" {
			continue
		}
		parts := strings.Count(half, ":")
		for part := range strings.SplitSeq(half, ":") {
			if strings.IndexByte(part, '.') >= 0 {
				if end, _, _ := (units{b: part}).quadEnd(0); parts != 0 || end != len(part) {
					return false
				}
				groups += 2
			} else {
				if part == "" || len(part) > 4 {
					return false
				}
				groups++
			}
			size += len(part)
			parts--
		}
	}
	if !shortened {
		// Eight pairs are the serial number of a certificate.
		return groups == 8 && size != 16
	}
	// `a::b` is a name in C++ and Rust; an address has digits in at least two groups.
	open := strings.HasPrefix(run, "::")
	return groups <= 7 && (groups == 0 || groups >= 3 || open) && (size >= 4 || open)
}

// keptIPv6 are prefixes of link-local, unique local and multicast addresses.
var keptIPv6 = []string{"fe8", "fe9", "fea", "feb", "fc", "fd", "ff"}

// isKeptIPv6: loopback, unspecified, link-local, unique local, multicast, and IPv4 within that stays.
func isKeptIPv6(run string) bool {
	if run == "::" || run == "::1" || hasAnyPrefix(run, keptIPv6) {
		return true
	}
	dotted := run[strings.LastIndexByte(run, ':')+1:]
	if strings.IndexByte(dotted, '.') < 0 {
		return false
	}
	_, first, second := units{b: dotted}.quadEnd(0)
	return isKeptIPv4(dotted, first, second)
}
