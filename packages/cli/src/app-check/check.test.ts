/** The rules on code as people write it: what is found where, what is left alone, what the mend makes of it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the rules are given code as text
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/cli.ts";
import { checkApp, checkText, mended } from "./check.ts";
import { RULES } from "./finding.ts";
import { parseSource } from "./parse.ts";
import type { ProjectLoggers } from "./project-loggers.ts";

const LAST: ProjectLoggers = { family: "error-last", pino: false };
const PINO: ProjectLoggers = { family: "error-first", pino: true };

function check(text: string, loggers = LAST, name = "a.ts") {
	const parsed = parseSource(text, name);
	if (parsed === undefined) throw new Error(`does not parse: ${text}`);
	return checkText(text, parsed, loggers);
}

/** `rule level`, and the mended text where there is one. */
function seen(text: string, loggers = LAST, name = "a.ts"): string[] {
	return check(text, loggers, name).findings.map(({ rule, level }) => `${rule} ${level}`);
}

function mend(text: string, loggers = LAST): string {
	return mended({ name: "a.ts", text, edits: check(text, loggers).findings.flatMap(({ edits }) => edits) });
}

describe("what is lost", () => {
	test.each([
		["try { f() } catch {}", "swallowed-error lost"],
		["try { f() } catch (e) {}", "swallowed-error lost"],
		["f().catch(() => {})", "swallowed-error lost"],
		["f().catch(() => undefined)", "swallowed-error lost"],
		["f().catch(function () {})", "swallowed-error lost"],
		["f().then(g, () => {})", "swallowed-error lost"],
		["f().catch(noop)", "swallowed-error lost"],
		["f().catch(_.noop)", "swallowed-error lost"],
		['socket.on("error", () => {})', "swallowed-error lost"],
		['process.on("unhandledRejection", () => {})', "swallowed-error lost"],
		['try { f() } catch { logger.error("failed") }', "log-without-error lost"],
		['f().catch(() => console.error("failed"))', "log-without-error lost"],
		["try { f() } catch (err) { logger.error(err.message) }", "stringified-error lost"],
		["try { f() } catch (e) { this.logger.warn(`no: ${e}`) }", "stringified-error lost"],
		["try { f() } catch (e) { req.log.child({}).error(String(e)) }", "stringified-error lost"],
		["try { f() } catch (e) { console.error(JSON.stringify(e)) }", "stringified-error lost"],
		['try { f() } catch (e) { log.error("no " + (e as Error).message) }', "stringified-error lost"],
		['try { f() } catch (e) { log.error({ reason: e?.message }, "no") }', "stringified-error lost"],
		["read(file, (err, data) => { if (err) logger.error(err.stack) })", "stringified-error lost"],
		["try { f() } catch (e) { throw new Error(e.message) }", "lost-cause lost"],
		["try { f() } catch (e) { throw new ShopError(`no: ${e.message}`, 500) }", "lost-cause lost"],
		['try { f() } catch { throw new Error("no") }', "lost-cause lost"],
		["f().catch((e) => reject(new TypeError(String(e))))", "lost-cause lost"],
		["f((error) => { if (error) return next(new HttpError(error.message)) })", "lost-cause lost"],
		["try { f() } catch (e) { console.log(e) }", "unheard-console lost"],
		["f().catch(console.log)", "unheard-console lost"],
		["try { f() } catch { return null }", "unused-error maybe"],
		["f().catch(() => [])", "unused-error maybe"],
		["const a = await f().catch(() => undefined)", "unused-error maybe"],
		["f().then(g);", "unhandled-promise maybe"],
		["async () => { await Promise.allSettled(jobs); }", "unhandled-promise maybe"],
		// The error goes on: it may be heard elsewhere.
		["try { f() } catch (e) { logger.error(e.message); throw e }", "stringified-error maybe"],
	])("%s: %s", (text, said) => {
		expect(seen(text)).toEqual([said]);
	});

	test("pino drops an error after a text, unless the text has a place for it", () => {
		expect(seen('try { f() } catch (err) { log.error("no", err) }', PINO)).toEqual(["pino-order lost"]);
		expect(seen('try { f() } catch (err) { log.error("no %s", err) }', PINO)).toEqual([]);
		expect(seen('try { f() } catch (err) { console.error("no", err) }', PINO)).toEqual([]);
		expect(seen('try { f() } catch (err) { log.error("no", err) }', LAST)).toEqual([]);
	});
});

describe("what is left alone", () => {
	test.each([
		"try { f() } catch (e) { throw e }",
		"try { f() } catch (e) { logger.error(e) }",
		'try { f() } catch (e) { logger.error("no", e) }',
		'try { f() } catch (err) { logger.error({ err }, "no") }',
		"try { f() } catch (e) { logger.error(`no: ${e.message}`, e) }",
		'try { f() } catch (e) { logger.error(serialize(e), "no") }',
		"try { f() } catch (e) { throw new Error(e.message, { cause: e }) }",
		"try { f() } catch (e) { throw new ShopError(e.message, e) }",
		"try { f() } catch (e) { capture(e) }",
		"try { f() } catch (e) { if (e.code !== 'ENOENT') throw e }",
		"try { f() } catch (e) { console.log(e); throw e }",
		"f().catch((e) => next(e))",
		"f().catch(next)",
		"await f().then(g)",
		"f().then(g).catch(h)",
		"f().catch(h).then(g)",
		"const all = await Promise.allSettled(jobs)",
		"promise.then(a, b)",
		"element.on('click', () => {})",
		"Math.log(error.message)",
		"logger.info(response.message)",
		"const e = new Error(result.message)",
		"type A = { error: string }; interface B { catch(): void }",
	])("%s", (text) => {
		expect(seen(text)).toEqual([]);
	});

	test("a comment that gives a reason, and an errata-ignore, are counted instead", () => {
		const explained = check("try { f() } catch { /* absent is fine */ }\nf().catch(() => {\n\t// best effort\n})");
		expect([explained.findings.length, explained.explained]).toEqual([0, 2]);
		const ignored = check(
			"// errata-ignore: shown to the user\nlogger.error(err.message)\nf().catch(console.log) // errata-ignore\n",
		);
		expect([ignored.findings.length, ignored.ignored]).toEqual([0, 2]);
		// A reason does not make a log line right.
		expect(seen("try { f() } catch (e) { /* say it */ log.error(e.message) }")).toHaveLength(1);
	});
});

describe("the mend", () => {
	test.each([
		["log.error(err.message)", "log.error(err)", "log.error(err)"],
		["log.error(`${err}`)", "log.error(err)", "log.error(err)"],
		['log.error("no:", err.message)', 'log.error("no:", err)', 'log.error(err, "no:")'],
		["log.error(`no: ${err.message}`)", 'log.error("no", err)', 'log.error(err, "no")'],
		["log.error(`no ${id}: ${err}`)", "log.error(`no ${id}`, err)", "log.error(err, `no ${id}`)"],
		["log.error('no: ' + err.message)", "log.error('no', err)", "log.error(err, 'no')"],
		["console.error('no: ' + err.message)", "console.error('no', err)", "console.error('no', err)"],
		["log.error(`${err.message} of ${id}`)", "log.error(`${err.message} of ${id}`)", undefined],
	])("%s", (text, last, first) => {
		expect(mend(text)).toBe(last);
		if (first !== undefined) expect(mend(text, PINO)).toBe(first);
	});

	test.each([
		["try { f() } catch { log.error('no') }", "try { f() } catch (error) { log.error('no', error) }"],
		["f().catch(() => log.error('no'))", "f().catch((error) => log.error('no', error))"],
		[
			"try { f() } catch (e) { throw new Error(e.message) }",
			"try { f() } catch (e) { throw new Error(e.message, { cause: e }) }",
		],
		[
			"try { f() } catch { throw new Error('no') }",
			"try { f() } catch (error) { throw new Error('no', { cause: error }) }",
		],
		["try { f() } catch (e) { console.log(e) }", "try { f() } catch (e) { console.error(e) }"],
		["try { f() } catch (e) {}", "try { f() } catch (e) {}"],
	])("%s", (before, after) => {
		expect(mend(before)).toBe(after);
		// What is mended is found no more, unless somebody has to decide.
		if (before !== after) expect(seen(after)).toEqual([]);
	});

	test("of pino's order", () => {
		expect(mend("log.error('no', err)", PINO)).toBe("log.error(err, 'no')");
	});
});

describe("what the parser takes", () => {
	const BODY = "try { f() } catch {}";
	test.each([
		["a.ts", `enum A { B } abstract class C<T> { declare x: T; @dec() m(): void { ${BODY} } }`],
		["a.tsx", `const a = <T,>(x: T) => <div onClick={() => { ${BODY} }}>{x as any}</div>`],
		["a.jsx", `export default () => <><p {...a}>{(() => { ${BODY} })()}</p></>`],
		["a.cjs", `const f = require("f"); if (!f) return; with (f) { ${BODY} }`],
		["a.mjs", `import a from "a" with { type: "json" }; await a; ${BODY}`],
		["a.js", `// @flow\nfunction g(x: ?string): void { ${BODY} }`],
		["a.js", `#!/usr/bin/env node\n${BODY}`],
		["a.mts", `using x = f(); export const a = 1 satisfies number; ${BODY}`],
	])("%s: %s", (name, text) => {
		expect(seen(text, LAST, name)).toEqual(["swallowed-error lost"]);
	});

	test("a mistake does not hide the rest of the file; nonsense is no file", () => {
		expect(seen(`const a = 1; const a = 2; ${BODY}`)).toEqual(["swallowed-error lost"]);
		expect(parseSource("this is {{ no program", "a.ts")).toBeUndefined();
		expect(parseSource("[".repeat(100_000), "a.js")).toBeUndefined();
	});

	test("generated code of any depth ends, found or given up", () => {
		const deep = `${"!".repeat(3_000)}f(() => { ${BODY} })`;
		expect(parseSource(deep, "a.js") === undefined || seen(deep, LAST, "a.js").length === 1).toBe(true);
	});
});

test("a directory: sources alone, what git ignores and what was built left out, the rest counted", async () => {
	const root = temporaryDirectory();
	const files: Record<string, string> = {
		"package.json": '{ "dependencies": { "pino": "^10" } }',
		".gitignore": "generated.ts\n/private/\n",
		"src/app.ts": 'import pino from "pino";\nconst log = pino();\n\ttry { f() } catch (err) { log.error("no", err) }\n',
		"src/broken.ts": "this is {{ no program",
		"src/generated.ts": "try {} catch {}",
		"src/types.d.ts": "export {}",
		"src/min.js": `var a=1;${"try{f()}catch(e){}".repeat(100)}`,
		"src/app.test.ts": "try {} catch {}",
		"private/a.ts": "try {} catch {}",
		"node_modules/x/index.js": "try {} catch {}",
		"dist/app.js": "try {} catch {}",
		"test/a.js": "try {} catch {}",
	};
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
		writeFileSync(path.join(root, name), text);
	}
	const { report, mends } = await checkApp(root, { tests: false });
	expect(report.findings).toMatchObject([
		{ rule: "pino-order", level: "lost", file: "src/app.ts", line: 3, column: 28, mendable: true },
	]);
	expect(report.findings[0]?.source).toBe('try { f() } catch (err) { log.error("no", err) }');
	expect(report).toMatchObject({ files: 1, lost: 1, maybe: 0 });
	expect(report.skipped).toEqual({ tests: 2, generated: 1, unreadable: 0, syntax: 1, beyond: 0 });
	expect(mends.map(mended)[0]).toContain('log.error(err, "no")');
	expect((await checkApp(root, { tests: true })).report.lost).toBe(3);
});

test("COMMANDS.md lists every rule, and no other", () => {
	const page = readFileSync(new URL("../../COMMANDS.md", import.meta.url), "utf8");
	const section = page.slice(page.indexOf("\n## errata doctor\n"), page.indexOf("\n## errata migrate\n"));
	const rows = [...section.matchAll(/^\| ([a-z-]+) +\| (.+?) +\|$/gmu)].map(([, rule, finds]) => [rule, finds]);
	expect(rows.filter(([rule]) => rule !== "rule" && rule !== "flag" && !/^-+$/u.test(rule ?? ""))).toEqual(
		Object.entries(RULES),
	);
});
