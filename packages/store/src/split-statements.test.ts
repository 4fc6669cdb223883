import { expect, test } from "vitest";
import { readMigrations } from "./migrate.ts";
import { splitStatements } from "./split-statements.ts";

test("semicolons in strings, names and comments do not cut", () => {
	const text = `-- one; two
SELECT 'a;b', 'it''s;', 'back\\';slash', "n;ame", \`n;\` /* c; */ FROM t -- end;
;
;
SELECT 2`;
	expect(splitStatements(text)).toEqual([
		`SELECT 'a;b', 'it''s;', 'back\\';slash', "n;ame", \`n;\`  FROM t`,
		"SELECT 2",
	]);
});

test("text that ends in the middle of something is one statement", () => {
	expect(splitStatements("SELECT 'open")).toEqual(["SELECT 'open"]);
	expect(splitStatements("SELECT 1 /* open")).toEqual(["SELECT 1"]);
	expect(splitStatements(" \n-- nothing")).toEqual([]);
});

/** A view's query is what it was made to be; arrivals keep the latest of an hour, however often it is told. */
test("every statement of every migration may run twice", () => {
	for (const { name, statements } of readMigrations())
		for (const statement of statements)
			expect(statement, name).toMatch(
				/^(?:(?:CREATE|ALTER) [A-Z ]+ IF NOT EXISTS|ALTER TABLE \w+ (?:ADD (?:INDEX|COLUMN) IF NOT EXISTS|MATERIALIZE INDEX|MODIFY QUERY|COMMENT COLUMN)|CREATE OR REPLACE VIEW|INSERT INTO errata_arrivals) /,
			);
});
