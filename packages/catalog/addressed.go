package catalog

// Whom advice is for: suggestions that only one language's programs can follow, and references that speak of one
// language's library. A record whose language is not known gets all of them. See SPEC.md, "Languages of advice".

import (
	"slices"
	"strings"
)

// families are languages as resources name them, with the name that a catalog uses.
var families = map[string]string{
	"nodejs": "js", "webjs": "js", "javascript": "js", "typescript": "js",
	"python": "python",
	"java":   "java", "kotlin": "java", "scala": "java",
	"go":     "go",
	"dotnet": "dotnet", "csharp": "dotnet",
	"ruby": "ruby",
	"php":  "php",
	"rust": "rust",
}

// references are beginnings of links that speak of one language only.
var references = [...][2]string{
	{"https://nodejs.org/", "js"},
	{"https://undici.nodejs.org/", "js"},
	{"https://developer.mozilla.org/en-US/docs/Web/JavaScript/", "js"},
	{"https://docs.npmjs.com/", "js"},
	{"https://node-postgres.com/", "js"},
	{"https://mongoosejs.com/", "js"},
	{"https://www.prisma.io/", "js"},
	{"https://knexjs.org/", "js"},
	{"https://kafka.js.org/", "js"},
	{"https://docs.python.org/", "python"},
	{"https://docs.sqlalchemy.org/", "python"},
	{"https://docs.djangoproject.com/", "python"},
	{"https://docs.celeryq.dev/", "python"},
	{"https://docs.oracle.com/en/java/", "java"},
	{"https://docs.oracle.com/javase/", "java"},
	{"https://docs.spring.io/", "java"},
	{"https://docs.jboss.org/", "java"},
	{"https://pkg.go.dev/", "go"},
	{"https://go.dev/", "go"},
	{"https://gorm.io/", "go"},
	{"https://learn.microsoft.com/en-us/dotnet/", "dotnet"},
	{"https://docs.ruby-lang.org/", "ruby"},
	{"https://guides.rubyonrails.org/", "ruby"},
	{"https://www.php.net/", "php"},
	{"https://laravel.com/", "php"},
	{"https://getcomposer.org/", "php"},
	{"https://doc.rust-lang.org/", "rust"},
}

// advice is a suggestion and whom it is for, no languages meaning everybody.
type advice struct {
	text      suggestion
	languages []string
}

func newAdvice(texts []string) []advice {
	list := make([]advice, len(texts))
	for i, text := range texts {
		languages, rest := Addressed(text)
		list[i] = advice{newSuggestion(rest), languages}
	}
	return list
}

// AdviceLanguages are the names that a mark may have.
func AdviceLanguages() []string {
	return []string{"js", "python", "java", "go", "dotnet", "ruby", "php", "rust"}
}

// Addressed is a text of the catalog without its mark {{for:js,python}}, and whom it is for; nil means everybody.
func Addressed(text string) (languages []string, rest string) {
	marked, ok := strings.CutPrefix(text, "{{for:")
	if !ok {
		return nil, text
	}
	names, rest, ok := strings.Cut(marked, "}}")
	if !ok || strings.Trim(names, "abcdefghijklmnopqrstuvwxyz,") != "" {
		return nil, text
	}
	return strings.Split(names, ","), rest
}

func (a *advice) isFor(family string) bool {
	return family == "" || a.languages == nil || slices.Contains(a.languages, family)
}

// linksFor are the links that do not speak of another language's library.
func linksFor(links []string, family string) []string {
	if family == "" || !slices.ContainsFunc(links, func(link string) bool { return isForeign(link, family) }) {
		return links
	}
	kept := make([]string, 0, len(links))
	for _, link := range links {
		if !isForeign(link, family) {
			kept = append(kept, link)
		}
	}
	return kept
}

func isForeign(link, family string) bool {
	for _, reference := range references {
		if strings.HasPrefix(link, reference[0]) {
			return reference[1] != family
		}
	}
	return false
}
