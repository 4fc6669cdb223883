/**
 * One wording for what runtimes, drivers and systems say in several: old and new releases, Unix and Windows, engines of
 * browsers. A rule belongs here if it is known from the product that words it, never because one message needs it.
 */

/** What follows one of these is the row, the statement or a guess, not the failure. Each cuts the text in turn. */
const CUTS = [
	"\nDETAIL: ",
	" DETAIL: ",
	"\nHINT: ",
	"\nLINE 1: ",
	"\n  Detail: ",
	" The duplicate key value is (",
	"\n[SQL: ",
	" [SQL: ",
	" (SQL: ",
	" (Connection: ",
	"(Background on this error at",
	"\nRequire stack:",
	"\nDid you mean?",
	". Did you mean: ",
	". Did you forget to import ",
	" - Local (",
	", referrer: ",
] as const;

/** One wording to another. `needle` must be in the text before the RE2 expression is tried; all matches are replaced. */
const WORDINGS: readonly { readonly needle: string; readonly from: RegExp; readonly to: string }[] = [
	// V8 before 9.3, SpiderMonkey, JavaScriptCore: reading or setting a property of nothing.
	{
		needle: "Cannot read property ",
		from: /Cannot read property '([^']*)' of (undefined|null)/gu,
		to: "Cannot read properties of $2 (reading '$1')",
	},
	{
		needle: "Cannot set property ",
		from: /Cannot set property '([^']*)' of (undefined|null)/gu,
		to: "Cannot set properties of $2 (setting '$1')",
	},
	{
		needle: "can't access property",
		from: /can't access property "?([A-Za-z0-9_$]+)"?, [^\n]* is (undefined|null)/gu,
		to: "Cannot read properties of $2 (reading '$1')",
	},
	{
		needle: "is not an object (evaluating '",
		from: /(undefined|null) is not an object \(evaluating '[^'\n]*[.]([A-Za-z0-9_$]+)'\)/gu,
		to: "Cannot read properties of $1 (reading '$2')",
	},
	// V8 with and without asynchronous stacks, quoted in a message.
	{ needle: "at async ", from: /at async /gu, to: "at " },
	// JSON.parse of V8 before and after 11, and of SpiderMonkey.
	{
		needle: "JSON",
		from: /Unexpected token [^\n]* in JSON at position [0-9]+|Unexpected token [^\n]* is not valid JSON|JSON[.]parse: unexpected character at line [0-9]+ column [0-9]+ of the JSON data|(?:Expected|Bad|Unterminated) [^\n]* in JSON at position [0-9]+(?: \(line [0-9]+ column [0-9]+\))?/gu,
		to: "Unexpected token in JSON",
	},
	// Node: what newer releases leave out or add.
	{ needle: "getaddrinfo ", from: /(getaddrinfo [A-Z_]+ [^ \n]+) [^ \n]+:[0-9]+/gu, to: "$1" },
	{ needle: "EADDRINUSE: ", from: /EADDRINUSE: address already in use/gu, to: "EADDRINUSE" },
	{
		needle: "Connect Timeout Error (",
		from: /Connect Timeout Error \(attempted address(?:es)?: [^)\n]*\)/gu,
		to: "Connect Timeout Error",
	},
	// OpenSSL 1.1 and 3, with and without the place in its sources.
	{ needle: "self signed", from: /self signed/gu, to: "self-signed" },
	{
		needle: ":SSL routines:",
		from: /(?:[0-9A-Fa-f]{1,20}:)?error:[0-9A-Fa-f]{8}:SSL routines:[A-Za-z0-9_]*:([^:\n]+)(?::[^ \n]*)?/gu,
		to: "SSL routines $1",
	},
	// Prisma prints the source around the call before it says what failed.
	{ needle: "` invocation", from: /` invocation(?: in)?:?\n(?:[^\n]*\n)*/gu, to: "` invocation " },
	// Ruby 2.7 to 3.4 print the receiver in four ways.
	{ needle: "undefined ", from: /(undefined (?:local variable or )?method ['`][^'\n]+') for [^\n]*/gu, to: "$1" },
	// PHP 7 and 8.
	{
		needle: "Undefined ",
		from: /Undefined (?:index|offset|array key):? "?([A-Za-z0-9_.-]+)"?/gu,
		to: "Undefined array key $1",
	},
	{ needle: "Undefined variable", from: /Undefined variable:? [$]?([A-Za-z0-9_]+)/gu, to: "Undefined variable $1" },
	{
		needle: "property",
		from: /Trying to get property '?([A-Za-z0-9_]+)'? of non-object|Attempt to read property "([A-Za-z0-9_]+)" on [a-z]+/gu,
		to: "Attempt to read property $1$2",
	},
	{ needle: "on value of type ", from: /on value of type ([a-z]+)/gu, to: "on $1" },
	// MySQL names the table before the key since 8.0.19.
	{ needle: "for key '", from: /for key '[^'.\n]*[.]([^'\n]+)'/gu, to: "for key '$1'" },
	// HikariCP 5.1 counts its connections.
	{ needle: "(total=", from: / \(total=[0-9]+, active=[0-9]+, idle=[0-9]+, waiting=[0-9]+\)/gu, to: "" },
	// Java 8, and 11 and later; sockets on Unix and Windows.
	{
		needle: " cannot be cast to ",
		from: /(?:class )?([A-Za-z0-9_.$]{1,200}) cannot be cast to (?:class )?([A-Za-z0-9_.$]{1,200})[^\n]*/gu,
		to: "$1 cannot be cast to $2",
	},
	{
		needle: "Connection refused",
		from: /Connection refused(?: \(Connection refused\)|: connect|: no further information)/gu,
		to: "Connection refused",
	},
	{
		needle: "connectex: ",
		from: /connectex: No connection could be made because the target machine actively refused it[.]?/gu,
		to: "connect: connection refused",
	},
	// Doctrine DBAL 2 and 3.
	{ needle: "while executing a query: ", from: /while executing a query: /gu, to: "while executing " },
	// AWS SDKs list the request after what failed.
	{ needle: "Request ID: ", from: /[;,] (?:[A-Za-z0-9]+ )?(?:Extended )?Request ID: [^)\n]*/gu, to: "" },
	{ needle: "RequestId: ", from: /[;,] RequestId: [^)\n]*/gu, to: "" },
	// CPython: numbers of errno differ by system, the words of Windows by language; 3.10 qualifies function names.
	{ needle: "[WinError ", from: /\[WinError ([0-9]+)\][^:'\n]*/gu, to: "[WinError $1] " },
	{ needle: "[Errno ", from: /\[Errno -?[0-9]+\] /gu, to: "" },
	{
		needle: "nodename nor servname",
		from: /nodename nor servname provided, or not known/gu,
		to: "Name or service not known",
	},
	{
		needle: "local variable '",
		from: /local variable '([^'\n]+)' referenced before assignment|cannot access local variable '([^'\n]+)' where it is not associated with a value/gu,
		to: "local variable '$1$2' has no value",
	},
	// urllib3 1 and 2 print a connection as an object and as a call.
	{
		needle: "urllib3.connection.",
		from: /<urllib3[.]connection[.](HTTPS?Connection) object at 0x[0-9a-f]+>/gu,
		to: "$1",
	},
	{ needle: "Connection(host=", from: /(HTTPS?Connection)\(host='[^'\n]*', port=[0-9]+\)/gu, to: "$1" },
	{
		needle: "argument",
		from: /[A-Za-z0-9_<>.]{1,200}[.]([A-Za-z0-9_]{1,100})\(\) (takes|missing|got)/gu,
		to: "$1() $2",
	},
];

/** `text` without its appendices and in the newest wording. */
export function oneWording(message: string): string {
	let text = message;
	for (const cut of CUTS) {
		const at = text.indexOf(cut);
		if (at > 0) text = text.slice(0, at);
	}
	for (const wording of WORDINGS) if (text.includes(wording.needle)) text = text.replace(wording.from, wording.to);
	return text;
}
