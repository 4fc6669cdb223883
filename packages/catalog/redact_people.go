package catalog

// Persons in prose and paths: names after words that introduce them, dates of birth. The first half of
// src/redact/people.ts; streets and home folders are redact_places.go.

import (
	"regexp"
	"slices"
	"strings"
)

var (
	introducers     = redactWordSet("INTRODUCERS")
	weakIntroducers = redactWordSet("WEAK_INTRODUCERS")
	formIntroducers = redactWordSet("FORM_INTRODUCERS")
	personTitles    = redactWordSet("TITLES")
	noNames         = redactWordSet("NO_NAMES")
	givenNames      = redactWordSet("GIVEN_NAMES")
	streetsAfter    = redactWordSet("STREETS_AFTER")
	streetsBefore   = redactWordSet("STREETS_BEFORE")
	bareNames       = redactWordSet("BARE_NAMES")
	birthWords      = redactWordSet("BIRTH_WORDS")
	// peopleWords are those that findPeople stops at.
	peopleWords = words(firstNameWord + " " + strings.Join(slices.Concat(redactWords("INTRODUCERS"), redactWords("TITLES"), redactWords("STREETS_AFTER"),
		redactWords("STREETS_BEFORE"), redactWords("BARE_NAMES"), redactWords("BIRTH_WORDS")), " "))
	nameParticles    = words("van von de da di del der den la le el al bin ibn dos das du")
	nameLink         = regexp.MustCompile(`^( (of|for|is|named|called|to|by))?:? ["'(]?`)
	capitalName      = regexp.MustCompile(`^[A-Z]{3,16}( [A-Z][.]?)?( [A-Z]{3,16}){1,2}`)
	birthDate        = regexp.MustCompile(`^[^0-9\n]{0,12}([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{2,4}|[0-9]{8})`)
	birthNamedDate   = regexp.MustCompile(`^[^0-9A-Z\n]{0,12}([0-9]{1,2}[. ] ?[A-Z][a-z]{2,8} [0-9]{4}|[A-Z][a-z]{2,8} [0-9]{1,2},? [0-9]{4})`)
	nameSeparator    = regexp.MustCompile("^(\\\\*[\"'`])?( is| was|:|>| ?=>?) ?(\\\\*[\"'`])?")
	namedBeforeTerms = termsOf(slices.Concat(redactWords("INTRODUCERS"),
		strings.Fields("first last full given family maiden users customers patients contacts members employees my his her their your s")))
)

// Windows in which expressions about people are tried, in units.
const (
	particleUnits   = 14
	capitalUnits    = 56
	linkUnits       = 12
	birthUnits      = 40
	bareNameUnits   = 10
	namedReach      = 64
	personMostWords = 4
	peopleWordMost  = 13
)

// capitalAt is the end of a capitalised word that begins at i, or i.
func (t units) capitalAt(i int) int {
	c := t.at(i)
	if !isUpper(c) && (c < unitLatin || !isWordUnit(c)) {
		return i
	}
	end, small := i+1, 0
	for ; end < t.len(); end++ {
		if end-i >= redactNameWordUnits {
			return i
		}
		d := t.b[end]
		if isAlphaUnit(d) || (d >= unitLatin && isWordUnit(d)) {
			if !isUpper(d) {
				small++
			}
		} else if (d != '\'' && d != unitApostrophe && d != '-') || !isAlphaUnit(t.at(end+1)) {
			break
		}
	}
	// An initial may stand alone; a word all in capitals is an acronym.
	next := t.at(end)
	if end == i+1 && next == '.' {
		return end + 1
	}
	if small > 0 && !isDigit(next) && next != '_' && next != '(' {
		return end
	}
	return i
}

// personAt: two to four capitalised words from i with single spaces, none of them a word of software: the end, or i.
func (t units) personAt(i, least int) int {
	end, from := i, i
	count := 0
	for count < personMostWords {
		stop := t.capitalAt(from)
		if stop == from || in(noNames, t.cut(from, stop).lower()) {
			break
		}
		count++
		end = stop
		if t.at(stop) != ' ' {
			break
		}
		from = t.afterParticles(stop + 1)
	}
	if count < least {
		return i
	}
	// A capitalised word of software after it makes a phrase: `User Data Manager`.
	if t.at(end) == ' ' {
		if next := t.capitalAt(end + 1); next > end+1 && in(noNames, t.cut(end+1, next).lower()) {
			return i
		}
	}
	return end
}

// afterParticles skips one or two of `van `, `de la `, `bin `.
func (t units) afterParticles(from int) int {
	i := from
	for range 2 {
		end := i
		for isLower(t.at(end)) && end-from < particleUnits {
			end++
		}
		if t.at(end) != ' ' || end+1-from > particleUnits || !in(nameParticles, t.b[i:end]) {
			break
		}
		i = end + 1
	}
	return i
}

// takeDisplayName: `Jane Roe <`, `"Roe, Jane" <` before an address at at, which is the bracket: a known given name decides.
func (t units) takeDisplayName(at int, out *spanList) {
	if t.at(at-1) != ' ' {
		return
	}
	end := at - 1
	if t.at(at-2) == '"' {
		end--
	}
	stop, first := end, -1
	for count := 1; count <= personMostWords; count++ {
		start := t.namePartsBefore(stop)
		if start == stop || t.capitalAt(start) != stop {
			break
		}
		word := t.cut(start, stop).lower()
		if in(noNames, word) {
			break
		}
		comma := t.at(start-1) == ' ' && t.at(start-2) == ','
		if in(givenNames, word) && (count > 1 || comma) {
			first = start
		}
		if comma && count == 1 && first >= 0 {
			// `Roe, Jane`: the name begins with the word before.
			if first = t.namePartsBefore(start - 2); t.capitalAt(first) != start-2 {
				return
			}
			break
		}
		if t.at(start-1) != ' ' {
			break
		}
		stop = start - 1
	}
	if first >= 0 {
		out.add(first, end, "name")
	}
}

// namePartsBefore is where the letters, and what joins them within a name, begin that end at stop.
func (t units) namePartsBefore(stop int) int {
	start := stop
	for start > 0 && stop-start < redactNameWordUnits {
		c := t.b[start-1]
		if !isAlphaUnit(c) && c != '\'' && c != '-' && c != '.' && (c < unitLatin || !isWordUnit(c)) {
			break
		}
		start--
	}
	return start
}

// isPerson is true if the text is a person's name beyond doubt: two to four capitalised words, the first a known given
// name.
func (t units) isPerson() bool {
	if t.personAt(0, 2) != t.len() {
		return false
	}
	list := t.wordsOf()
	first := ""
	if list.len() > 0 {
		first = string(list.from(0, 1))
	}
	return in(givenNames, first)
}

// findPeople walks over the words once: names, dates of birth, streets. Called only when such words were seen.
func (t units) findPeople(out *spanList) {
	for i := 0; i < t.len(); {
		start := i
		for isLatinUnit(t.at(i)) {
			i++
		}
		end := i
		i++
		if end-start < 2 || end-start > peopleWordMost {
			continue
		}
		if before := t.at(start - 1); before == '-' || before == '_' || before == '.' {
			continue
		}
		if word := t.cut(start, end).lower(); in(peopleWords, word) {
			i = max(i, t.atPeopleWord(word, start, end, out))
		}
	}
}

func isLatinUnit(c byte) bool {
	return isAlphaUnit(c) || c == unitLatin || c == unitSharpS || c == unitLatinB
}

// atPeopleWord is what a word about people brings; answers where to go on.
func (t units) atPeopleWord(word string, start, end int, out *spanList) int {
	if in(introducers, word) {
		return t.takeIntroduced(word, end, out)
	}
	if in(birthWords, word) {
		t.takeBirth(end, out)
	} else if word == firstNameWord {
		t.takeFirstName(end, out)
	} else if in(bareNames, word) {
		t.takeBareName(start, end, out)
	}
	if in(personTitles, word) && isUpper(t.b[start]) {
		t.takeTitled(end, out)
	}
	if in(streetsAfter, word) {
		t.takeStreetBefore(start, end, out)
	}
	if in(streetsBefore, word) {
		t.takeStreetAfter(start, end, out)
	}
	return end
}

// capitalsAt: `JANE ROE`: two or three words in capitals, of three letters or more; acronyms are mostly shorter or alone.
func (t units) capitalsAt(i int) int {
	name := capitalName.FindString(t.ascii(i, i+capitalUnits))
	if name == "" || isWordUnit(t.at(i+len(name))) {
		return i
	}
	for word := range strings.SplitSeq(name, " ") {
		if in(noNames, lowerASCII(word)) {
			return i
		}
	}
	return i + len(name)
}

// takeIntroduced: `patient Jane Roe`, `profile of Jane Roe`, `user "Jane Roe"`.
func (t units) takeIntroduced(word string, end int, out *spanList) int {
	link := nameLink.FindStringSubmatchIndex(t.ascii(end, end+linkUnits))
	if link == nil {
		return end
	}
	i := end + link[1]
	stop := t.personAt(i, 2)
	if stop == i && in(formIntroducers, word) {
		stop = t.capitalsAt(i)
	}
	if stop == i {
		return end
	}
	// `user`, `account`, `client` also stand before things; a given name decides.
	if in(weakIntroducers, word) && !in(givenNames, t.cut(i, t.capitalAt(i)).lower()) {
		if link[4] < 0 || t.b[end+link[4]:end+link[5]] != "of" {
			return end
		}
	}
	out.add(i, stop, "name")
	return stop
}

func (t units) takeTitled(end int, out *spanList) {
	i := end
	if t.at(i) == '.' {
		i++
	}
	if t.at(i) != ' ' {
		return
	}
	if stop := t.personAt(i+1, 1); stop > i+1 {
		out.add(i+1, stop, "name")
	}
}

// takeBirth: `DOB 1970-01-01`, `born on 2 Jan 1980`.
func (t units) takeBirth(end int, out *spanList) {
	tail := t.ascii(end, end+birthUnits)
	m := birthDate.FindStringSubmatchIndex(tail)
	if m == nil {
		m = birthNamedDate.FindStringSubmatchIndex(tail)
	}
	if m == nil || isAlnumUnit(t.at(end+m[1])) {
		return
	}
	out.add(end+m[2], end+m[1], "dob")
}

// firstNameWord is French, with its accent: a key's letters are ASCII's.
const firstNameWord = "prénom"

// takeFirstName: `prénom: Jean`.
func (t units) takeFirstName(end int, out *spanList) {
	separator := nameSeparator.FindString(t.ascii(end, end+bareNameUnits))
	if separator == "" {
		return
	}
	i := end + len(separator)
	if stop := t.capitalAt(i); stop > i {
		out.add(i, stop, "name")
	}
}

// takeBareName: `"name": "Jane Roe"`, `name=Jane Roe`, `my name is Jane`: a known given name, or a word about people
// before it.
func (t units) takeBareName(start, end int, out *spanList) {
	separator := nameSeparator.FindString(t.ascii(end, end+bareNameUnits))
	if separator == "" {
		return
	}
	i := end + len(separator)
	stop := t.personAt(i, 2)
	if stop == i {
		return
	}
	if !in(givenNames, t.cut(i, t.capitalAt(i)).lower()) && !hasTerm(t.contextBefore(start, namedReach), namedBeforeTerms) {
		return
	}
	out.add(i, stop, "name")
}
