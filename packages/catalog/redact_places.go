package catalog

// Postal addresses and home folders. The second half of src/redact/people.ts.

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	streetFlat  = regexp.MustCompile(`^,? ?((Apt|Unit|Suite|Ste|Floor|Flat)[. ]+#?[0-9A-Za-z]+)`)
	houseBefore = regexp.MustCompile(`[0-9]{1,4}( ?bis| ?ter)?,? $`)
	streetName  = regexp.MustCompile(`^ ((de|des|du|la|las|los|del|di|da|do|dos|der|l'|d')( |$)?){0,3}[A-Z\x{C0}-\x{17F}][A-Za-z\x{C0}-\x{17F}'-]+( [A-Z\x{C0}-\x{17F}][A-Za-z\x{C0}-\x{17F}'-]+){0,2}`)
	houseAfter  = regexp.MustCompile(`^,? (n[.°º]? ?)?[0-9]{1,4}[A-Za-z]?`)
	plainStreet = []string{"rue", "calle", "rua"}
)

// Windows in which expressions about places are tried, in units.
const (
	streetReach      = 48
	flatUnits        = 24
	houseReach       = 10
	streetNameUnits  = 60
	houseUnits       = 12
	germanPlaceUnits = 40
	homeUnits        = 64
	routeReach       = 12
	routeURLReach    = 64
)

// latin is the part from i to j as text in which each unit is one character: for expressions that know letters beyond
// ASCII. What is neither ASCII nor Latin is U+FFFC, which none of them knows.
func (t units) latin(i, j int) string {
	part := t.cut(i, j)
	if part.isPlain() {
		return part.b
	}
	out := make([]rune, part.len())
	for n := range out {
		switch c := part.b[n]; {
		case c < 0x80:
			out[n] = rune(c)
		case part.wide != nil && part.wide[n] <= 0x24F:
			out[n] = rune(part.wide[n])
		default:
			out[n] = atomUnit
		}
	}
	return string(out)
}

// takeStreetBefore: `221B Baker Street`: a number, one to three capitalised words, a kind of street.
func (t units) takeStreetBefore(start, end int, out *spanList) {
	if !isUpper(t.b[start]) {
		return
	}
	floor := max(0, start-streetReach)
	number := houseNumber(t.b[floor:start])
	if number < 0 {
		return
	}
	stop := end
	if t.at(stop) == '.' {
		stop++
	}
	stop += len(streetFlat.FindString(t.ascii(stop, stop+flatUnits)))
	out.add(floor+number, stop, "address")
}

// houseNumber is where the number of a house begins that one to three capitalised words, the first of them perhaps `5th`,
// follow up to the end of text; -1 if none does. The expression of the TypeScript twin, which Go takes ten times as
// long for: (^|[^0-9A-Za-z.:/#-])([0-9]{1,5}[A-Za-z]?,? (word|[0-9]{1,3}(st|nd|rd|th)) ((word) ){0,2})$
func houseNumber(text string) int {
	number, end := -1, len(text)
	for count := 0; count < 3 && end > 0 && text[end-1] == ' '; count++ {
		end--
		begin := strings.LastIndexByte(text[:end], ' ') + 1
		word := text[begin:end]
		capital := isCapitalWord(word)
		if !capital && !isOrdinal(word) {
			break
		}
		// More words make the address longer: the longest is it.
		if at := numberBefore(text[:begin]); at >= 0 {
			number = at
		}
		if !capital {
			break
		}
		end = begin
	}
	return number
}

func isCapitalWord(word string) bool {
	if word == "" || !isUpper(word[0]) {
		return false
	}
	for i := range len(word) {
		if c := word[i]; !isAlphaUnit(c) && c != '\'' && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

func isOrdinal(word string) bool {
	if len(word) < 3 || len(word) > 5 || !allDigits(word[:len(word)-2]) {
		return false
	}
	switch word[len(word)-2:] {
	case "st", "nd", "rd", "th":
		return true
	}
	return false
}

// houseDigits is the most digits of a house's number.
const houseDigits = 5

// numberBefore is where `221B, ` begins at the end of text, -1 if none stands there.
func numberBefore(text string) int {
	end := len(text)
	if end == 0 || text[end-1] != ' ' {
		return -1
	}
	end--
	if end > 0 && text[end-1] == ',' {
		end--
	}
	if end > 0 && isAlphaUnit(text[end-1]) {
		end--
	}
	begin := end
	for begin > 0 && isDigit(text[begin-1]) {
		begin--
	}
	if size := end - begin; size == 0 || size > houseDigits {
		return -1
	}
	if begin > 0 && (isAlphaUnit(text[begin-1]) || strings.IndexByte(".:/#-", text[begin-1]) >= 0) {
		return -1
	}
	return begin
}

// takeStreetAfter: `12 rue de la Paix`, `Calle Mayor 5`.
func (t units) takeStreetAfter(start, end int, out *spanList) {
	name := utf16Length(streetName.FindString(t.latin(end, end+streetNameUnits)))
	if name == 0 {
		return
	}
	before := houseBefore.FindString(t.ascii(start-houseReach, start))
	number := utf16Length(houseAfter.FindString(t.latin(end+name, end+name+houseUnits)))
	// `via Proxy 1` is a route; a street so written has a capital or its number in front.
	plain := !isUpper(t.b[start]) && !hasAnyPrefix(t.b[start:end], plainStreet)
	if before == "" && (number == 0 || plain) {
		return
	}
	out.add(start-len(before), end+name+number, "address")
}

var (
	germanStreet = regexp.MustCompile(`[A-Z\x{C0}-\x{17F}][A-Za-z\x{C0}-\x{17F}-]{2,30}(strasse|stra\x{DF}e|str[.]) [0-9]{1,4}( ?[a-z])?`)
	germanPlace  = regexp.MustCompile(`^, [0-9]{5} [A-Z\x{C0}-\x{17F}][A-Za-z\x{C0}-\x{17F}-]+`)
	// germanEnds end a German street's name, in the byte form.
	germanEnds = []string{"strasse ", "stra" + string([]byte{unitSharpS}) + "e ", "str. "}
)

// findGermanStreets: `Hauptstraße 5`, `Musterstr. 12a, 80331 München`.
func (t units) findGermanStreets(out *spanList) {
	if !strings.Contains(t.b, "str") || !containsAny(t.b, germanEnds...) {
		return
	}
	text := t.latin(0, t.len())
	place, at := 0, 0
	for _, m := range germanStreet.FindAllStringIndex(text, -1) {
		start := place + utf8.RuneCountInString(text[at:m[0]])
		stop := start + utf8.RuneCountInString(text[m[0]:m[1]])
		place, at = stop, m[1]
		if isAlnumUnit(t.at(stop)) || isWordUnit(t.at(start-1)) {
			continue
		}
		stop += utf8.RuneCountInString(germanPlace.FindString(t.latin(stop, stop+germanPlaceUnits)))
		out.add(start, stop, "address")
	}
}

var (
	homeRoots = []string{"/home/", "/Users/", `\Users\`, `\\Users\\`, `\Documents and Settings\`}
	// routeMethods stand before a path of HTTP.
	routeMethods = termsOf(strings.Fields("get post put patch delete head options route path url uri endpoint"))
	serviceHomes = redactWordSet("SERVICE_HOMES")
)

// findHomes finds the folder of a person below `/home`, `/Users` or `C:\Users`.
func (t units) findHomes(out *spanList) {
	for _, root := range homeRoots {
		for i := t.index(root, 0); i >= 0; i = t.index(root, i+1) {
			start := i + len(root)
			end := start
			for end-start < homeUnits && (t.has(end, bitsWord) || t.at(end) == '.' || t.at(end) == '-') {
				end++
			}
			name := t.cut(start, end)
			separator := root[len(root)-1]
			// A folder of a home has something below it; a route like /home/stats stands alone or after a method.
			if end == start || t.at(end) != separator || in(serviceHomes, name.lower()) || !name.hasNameUnit() {
				continue
			}
			if separator == '/' && (t.isRoute(i) || strings.HasSuffix(name.b, ".js")) {
				continue
			}
			out.add(start, end, "user")
		}
	}
}

// hasNameUnit is true if a letter, of whatever script, stands in the text.
func (t units) hasNameUnit() bool {
	for i := range t.len() {
		if c := t.b[i]; isAlphaUnit(c) || (c >= 0x80 && c < unitSpecial) {
			return true
		}
	}
	return false
}

// isRoute: `GET /home/stats/daily`, `https://host/home/x/`: a path of HTTP, not of a disk.
func (t units) isRoute(i int) bool {
	if isAlnumUnit(t.at(i - 1)) {
		return strings.Contains(t.ascii(i-routeURLReach, i), "://")
	}
	return hasTerm(t.contextBefore(i, routeReach), routeMethods)
}
