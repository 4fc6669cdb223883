package catalog

// Numbers that states give to people: the rows of redact-tables.jsonl with their checks. The twin of
// src/redact/national-table.ts and of nationalAt in src/redact/numbers.ts.

import "regexp"

// nationalID is a row ready for use.
type nationalID struct {
	shape   *regexp.Regexp
	check   func(id string) bool
	context contextTerms
	// next narrows what begins with digits; nil says nothing.
	next *nextUnits
}

// nationalChecks by country and name: of the shape's match without separators, upper-case.
var nationalChecks = map[string]func(id string) bool{
	"US SSN and ITIN (SSA: area not 000 or 666)": ssn,
	"US SSN without dashes":                      ssn,
	"ES DNI":                                     dni,
	"ES NIE":                                     nie,
	"BR CPF":                                     cpf,
	"BR CPF bare":                                cpf,
	"BR CNPJ (a sole trader's is a person's)": cnpj,
	"BR CNPJ bare":                      cnpj,
	"IT codice fiscale (D.M. 345/2004)": codiceFiscale,
	"FR NIR":                            nir,
	"GB NHS number":                     nhs,
	"CN resident identity (GB 11643)":   chinese,
	"IN Aadhaar in groups":              verhoeff,
	"IN Aadhaar":                        verhoeff,
	"NL BSN": func(id string) bool {
		return (weighted(id, 9, 8, 7, 6, 5, 4, 3, 2)-digitOf(id, 8))%11 == 0
	},
	"PL PESEL": func(id string) bool {
		return weighted(id, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0 && isMonthDay(two(id, 2)%20, two(id, 4))
	},
	"DE Steuer-Identifikationsnummer": mod11x10,
	"DE Rentenversicherungsnummer":    func(id string) bool { return date6("00" + id[4:6] + id[2:4]) },
	"SE personnummer":                 func(id string) bool { return luhn(id) && isMonthDay(two(id, 2), two(id, 4)%60) },
	"SE personnummer with century":    func(id string) bool { return luhn(id[2:]) && date8(id) },
	"FI henkilotunnus":                func(id string) bool { return len(id) >= 10 && hetu(id) },
	"NO fodselsnummer":                norwegian,
	"DK CPR":                          func(id string) bool { return isMonthDay(two(id, 2), two(id, 0)) },
	"BE rijksregisternummer":          belgian,
	"BE rijksregisternummer bare":     belgian,
	"CH AHV": func(id string) bool {
		return weighted(id, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)%10 == 0
	},
	"AT Sozialversicherungsnummer": func(id string) bool {
		return weighted(id, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == digitOf(id, 3)
	},
	"PT NIF": func(id string) bool {
		return mod11Of(id, 9, 8, 7, 6, 5, 4, 3, 2)%10 == digitOf(id, 8)
	},
	"CZ rodne cislo": czech,
	"RO CNP": func(id string) bool {
		return date6(id[1:]) && weighted(id, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)%11%10 == digitOf(id, 12)
	},
	"BG EGN": func(id string) bool {
		return weighted(id, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == digitOf(id, 9)
	},
	"HR OIB":       mod11x10,
	"IE PPS":       pps,
	"GR AMKA":      luhn,
	"TR TC kimlik": turkish,
	// Zeros in front change no sum.
	"IL teudat zehut":      luhn,
	"ZA identity number":   func(id string) bool { return luhn(id) && date6(id) },
	"KR RRN":               date6,
	"JP my number":         myNumber,
	"TW national identity": taiwan,
	"SG NRIC and FIN":      nric,
	"MY MyKad":             date6,
	"TH citizen number": func(id string) bool {
		return mod11Of(id, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%10 == digitOf(id, 12)
	},
	"ID NIK":             func(id string) bool { return isMonthDay(two(id, 8), two(id, 6)%40) },
	"AE Emirates ID":     luhn,
	"MX CURP":            curp,
	"MX RFC of a person": func(id string) bool { return date6(id[4:]) },
	"AR CUIL": func(id string) bool {
		return mod11Of(id, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) == digitOf(id, 10)
	},
	"CL RUT":              rut,
	"CL RUT without dots": rut,
	"CA SIN":              luhn,
	"AU TFN": func(id string) bool {
		return len(id) == 8 || weighted(id, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0
	},
	"AU Medicare": func(id string) bool { return weighted(id, 1, 3, 7, 9, 1, 3, 7, 9)%10 == digitOf(id, 8) },
}

// leadMost is one more than the digits that stand together at the beginning of any number.
const leadMost = 24

// nationalIDs by how many digits they begin with; those at 0 begin with a capital.
var nationalIDs = func() (byLead [leadMost][]nationalID) {
	for _, row := range redactTables().national {
		name := row.Country + " " + row.Name
		id := nationalID{shape: regexp.MustCompile(row.Shape), check: nationalChecks[name]}
		if row.Checked != (id.check != nil) {
			panic("redact-tables.jsonl: the check of " + name + " is not redact_national_table.go's")
		}
		if len(row.Context) > 0 {
			id.context = termsOf(row.Context)
		}
		if len(row.Lead) == 0 {
			byLead[0] = append(byLead[0], id)
		}
		for _, lead := range row.Lead {
			id.next = nextOf(row.Shape, lead)
			byLead[lead] = append(byLead[lead], id)
		}
	}
	return byLead
}()

// nationalUnits is the window in which a number is tried.
const nationalUnits = 24

// takeNational takes a state's number at i that begins with a digit, or else with a capital.
func (t units) takeNational(i int, digit bool, context *numberContext, out *spanList) int {
	previous := t.at(i - 1)
	if previous == '.' || ((previous == '-' || previous == '/') && isAlnumUnit(t.at(i-2))) {
		return 0
	}
	lead := 0
	if digit {
		for isDigit(t.at(i + lead)) {
			lead++
		}
		if lead >= leadMost {
			return 0
		}
	}
	head := t.ascii(i, i+nationalUnits)
	for k := range nationalIDs[lead] {
		id := &nationalIDs[lead][k]
		if !id.next.allow(head[min(lead, len(head)):]) {
			continue
		}
		if id.context != nil && !(context.may(contextNational) && hasTerm(context.words(), id.context)) {
			continue
		}
		m := id.shape.FindStringIndex(head)
		if m == nil || !t.endsNational(i+m[1]) {
			continue
		}
		if id.check != nil && !id.check(capitalsAndDigits(head[:m[1]])) {
			continue
		}
		out.add(i, i+m[1], "national_id")
		return i + m[1]
	}
	return 0
}

// endsNational is true if no number goes on at end.
func (t units) endsNational(end int) bool {
	next := t.at(end)
	if isAlnumUnit(next) || next == '_' {
		return false
	}
	return (next != '-' && next != '.' && next != '/' && next != ':') || !isDigit(t.at(end+1))
}
