/**
 * Whom advice is for: suggestions that only one language's programs can follow, and references that speak of one language's
 * library. A record whose language is not known gets all of them. SPEC.md, "Languages of advice".
 */

/** Languages as resources name them, by the name that a catalog uses. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
	js: ["nodejs", "webjs", "javascript", "typescript"],
	python: ["python"],
	java: ["java", "kotlin", "scala"],
	go: ["go"],
	dotnet: ["dotnet", "csharp"],
	ruby: ["ruby"],
	php: ["php"],
	rust: ["rust"],
};

/** Beginnings of links that speak of one language only. */
const REFERENCES: readonly (readonly [string, string])[] = [
	["https://nodejs.org/", "js"],
	["https://undici.nodejs.org/", "js"],
	["https://developer.mozilla.org/en-US/docs/Web/JavaScript/", "js"],
	["https://docs.npmjs.com/", "js"],
	["https://node-postgres.com/", "js"],
	["https://mongoosejs.com/", "js"],
	["https://www.prisma.io/", "js"],
	["https://knexjs.org/", "js"],
	["https://kafka.js.org/", "js"],
	["https://docs.python.org/", "python"],
	["https://docs.sqlalchemy.org/", "python"],
	["https://docs.djangoproject.com/", "python"],
	["https://docs.celeryq.dev/", "python"],
	["https://docs.oracle.com/en/java/", "java"],
	["https://docs.oracle.com/javase/", "java"],
	["https://docs.spring.io/", "java"],
	["https://docs.jboss.org/", "java"],
	["https://pkg.go.dev/", "go"],
	["https://go.dev/", "go"],
	["https://gorm.io/", "go"],
	["https://learn.microsoft.com/en-us/dotnet/", "dotnet"],
	["https://docs.ruby-lang.org/", "ruby"],
	["https://guides.rubyonrails.org/", "ruby"],
	["https://www.php.net/", "php"],
	["https://laravel.com/", "php"],
	["https://getcomposer.org/", "php"],
	["https://doc.rust-lang.org/", "rust"],
];

export const ADVICE_LANGUAGES: readonly string[] = Object.keys(FAMILIES);

const FAMILY_OF = new Map(
	Object.entries(FAMILIES).flatMap(([name, languages]) => languages.map((language) => [language, name])),
);

/** What a language is called in a catalog; "" for one that has no name there. */
export function familyOf(language: string): string {
	return FAMILY_OF.get(language) ?? "";
}

type Lists = WeakMap<readonly string[], Map<string, readonly string[]>>;

/** A catalog's list as a family of languages has it, made once. */
function once(known: Lists, list: readonly string[], family: string, make: () => readonly string[]): readonly string[] {
	let byFamily = known.get(list);
	if (byFamily === undefined) {
		byFamily = new Map();
		known.set(list, byFamily);
	}
	let made = byFamily.get(family);
	if (made === undefined) {
		made = make();
		byFamily.set(family, made);
	}
	return made;
}

const knownTexts: Lists = new WeakMap();
const knownLinks: Lists = new WeakMap();

const MARK = /^\{\{for:([a-z,]*)\}\}/;

/** A text of the catalog without its mark `{{for:js,python}}`, and whom it is for; [] means everybody. */
export function addressed(text: string): { readonly languages: readonly string[]; readonly text: string } {
	const mark = MARK.exec(text);
	if (mark === null) return { languages: [], text };
	return { languages: (mark[1] ?? "").split(","), text: text.slice(mark[0].length) };
}

/** The texts, without their marks, that a program of `language` can follow. */
export function textsFor(texts: readonly string[], language: string): readonly string[] {
	const family = familyOf(language);
	return once(knownTexts, texts, family, () =>
		texts
			.map(addressed)
			.filter(({ languages }) => family === "" || languages.length === 0 || languages.includes(family))
			.map(({ text }) => text),
	);
}

/** The links that do not speak of another language's library. */
export function linksFor(links: readonly string[], language: string): readonly string[] {
	const family = familyOf(language);
	if (family === "") return links;
	return once(knownLinks, links, family, () =>
		links.filter((link) => {
			const about = REFERENCES.find(([beginning]) => link.startsWith(beginning))?.[1];
			return about === undefined || about === family;
		}),
	);
}
