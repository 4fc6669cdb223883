package catalog

// All finders over one text, in the order that settles overlaps: what is known best comes first. The twin of
// src/redact/find.ts.

import "strings"

// redactSkip is what the key of a value says cannot stand in it: addresses of people (it is a machine's, or a version),
// folders (it is a route).
type redactSkip struct {
	addresses, homes bool
}

// finderRow is a finder and the bits of the survey without all of which it finds nothing: a test holds that.
type finderRow struct {
	needs uint32
	find  func(t units, judge *keyJudge, out *spanList)
	// addresses and homes say which part of redactSkip leaves the finder out.
	addresses, homes bool
}

// plain makes a finder of one that asks for no keys.
func plain(find func(t units, out *spanList)) func(units, *keyJudge, *spanList) {
	return func(t units, _ *keyJudge, out *spanList) { find(t, out) }
}

// redactFinders in order.
var redactFinders = []finderRow{
	{needs: seenPem, find: plain(units.findPem)},
	{needs: seenAt | seenSlash, find: plain(units.findURLCredentials)},
	{needs: seenAt, find: plain(units.findDSNCredentials)},
	{needs: seenRun | seenSlash | seenHooks, find: plain(units.findWebhooks)},
	{needs: seenPair, find: units.findPairs},
	{needs: seenRun, find: plain(units.findOpaque)},
	{needs: seenDollar, find: plain(units.findHashes)},
	{needs: seenSchemes, find: plain(units.findSchemes)},
	{needs: seenAt, find: plain(units.findEmails)},
	{needs: seenDigits, find: plain(units.findNumbers)},
	{needs: seenAddress, addresses: true, find: plain(units.findAddresses)},
	{needs: seenCodes, find: plain(units.findSpokenCodes)},
	{needs: seenCommands, find: plain(units.findSpokenPasswords)},
	{needs: seenCommands, find: plain(units.findToldPasswords)},
	{needs: seenSecrets | seenRun, find: plain(units.findSpokenSecrets)},
	{needs: seenCommands, find: plain(units.findCommandSecrets)},
	{needs: seenCommands, find: plain(units.findNetrc)},
	{needs: seenPeople, find: plain(units.findPeople)},
	{needs: seenStreets, find: plain(units.findGermanStreets)},
	{needs: seenHomes | seenSlash, homes: true, find: plain(units.findHomes)},
}

// findAll is the private values of the text, sorted and apart. skip: what its key rules out. The answer is out's: it
// stands until out is used again.
func (t units) findAll(judge *keyJudge, skip redactSkip, out *spanList) []redactSpan {
	seen := t.survey()
	out.spans, out.spoke = out.spans[:0], false
	for i := range redactFinders {
		row := &redactFinders[i]
		if seen&row.needs != row.needs || (row.addresses && skip.addresses) || (row.homes && skip.homes) {
			continue
		}
		row.find(t, judge, out)
	}
	kept := out.spans[:0]
	for _, span := range out.spans {
		if !t.cutsUUID(span.start) && !t.cutsUUID(span.end) {
			kept = append(kept, span)
		}
	}
	return settle(kept)
}

// uuidUnits is the characters of a UUID.
const uuidUnits = 36

// cutsUUID is true if at lies within a UUID: a group of one may pass for an IBAN or a code, and half a UUID serves
// nobody.
func (t units) cutsUUID(at int) bool {
	if strings.Count(t.ascii(at-uuidUnits+1, at+uuidUnits-1), "-") < 4 {
		return false
	}
	for i := max(0, at-uuidUnits+1); i < at; i++ {
		if t.isUUID(i) {
			return true
		}
	}
	return false
}

func (t units) isUUID(start int) bool {
	if t.at(start+8) != '-' || t.at(start+13) != '-' || isAlnumUnit(t.at(start-1)) {
		return false
	}
	for n := range uuidUnits {
		c := t.at(start + n)
		if n == 8 || n == 13 || n == 18 || n == 23 {
			if c != '-' {
				return false
			}
		} else if !isHexUnit(c) {
			return false
		}
	}
	return !isAlnumUnit(t.at(start + uuidUnits))
}
