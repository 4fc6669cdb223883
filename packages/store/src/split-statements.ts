/** Cuts a migration file into statements at `;`, knowing ClickHouse's strings, quoted names and comments. */

function endOfQuoted(text: string, start: number, quote: string): number {
	let i = start + 1;
	while (i < text.length) {
		if (text[i] === "\\") i += 2;
		else if (text[i] !== quote) i += 1;
		else if (text[i + 1] === quote) i += 2;
		else return i + 1;
	}
	return text.length;
}

function endOfComment(text: string, start: number): number {
	if (text.startsWith("--", start)) {
		const end = text.indexOf("\n", start);
		return end === -1 ? text.length : end;
	}
	const end = text.indexOf("*/", start + 2);
	return end === -1 ? text.length : end + 2;
}

/** The statements in order, without their comments and without the semicolon; empty ones are left out. */
export function splitStatements(text: string): string[] {
	const statements: string[] = [];
	let current = "";
	let i = 0;
	while (i < text.length) {
		const c = text[i] as string;
		if (c === "'" || c === '"' || c === "`") {
			const end = endOfQuoted(text, i, c);
			current += text.slice(i, end);
			i = end;
		} else if (text.startsWith("--", i) || text.startsWith("/*", i)) {
			i = endOfComment(text, i);
		} else if (c === ";") {
			statements.push(current.trim());
			current = "";
			i += 1;
		} else {
			current += c;
			i += 1;
		}
	}
	statements.push(current.trim());
	return statements.filter((statement) => statement !== "");
}
