/** What `init` writes and how it changes start lines; whole programs are in `test/init.test.ts`. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CONFIG_KEYS, type ConfigKey, type ConfigName, loadConfig } from "@errata/node/config";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configYaml } from "./config-yaml.ts";
import { sdkChange } from "./own-sdk.ts";
import { fileWithImport, REGISTER, startsProgram, withImport, withoutOtelRegister } from "./start-line.ts";

const PROJECT = { name: "shop", frameworks: ["Express"], loggers: ["pino", "winston"], modules: "esm" } as const;
const yaml = configYaml({ project: { ...PROJECT, typescript: true }, schema: "./s.json" });

function loaded(text: string) {
	const cwd = mkdtempSync(path.join(tmpdir(), "errata-init-"));
	writeFileSync(path.join(cwd, "errata.yaml"), text);
	return loadConfig({ env: {}, cwd });
}

describe("the errata.yaml that init writes", () => {
	// Its own words: take the # away in front of a key and of the section above it.
	const all = yaml.replace(/^# /gmu, "").split("\n\n").slice(1).join("\n\n");

	test("changes nothing as it is", () => {
		expect(loaded(yaml).problems).toEqual([]);
		expect(loaded(yaml).config).toEqual(loaded("").config);
	});

	test("with every # taken away is valid by loader and schema, and holds every key that a file may, at its default", () => {
		const schema = JSON.parse(
			readFileSync(new URL("../../../node/errata.schema.json", import.meta.url), "utf8"),
		) as object;
		const ajv = new Ajv({ strict: false });
		expect(ajv.validate(schema, parse(all)), JSON.stringify(ajv.errors)).toBe(true);
		const { config, sources, problems } = loaded(all);
		expect(problems).toEqual([]);
		expect(config).toEqual(loaded("").config);
		for (const [name, key] of Object.entries(CONFIG_KEYS) as [ConfigName, ConfigKey][]) {
			const unset = key.trusted === true || ((key.type === "path" || key.type === "url") && key.default === "");
			expect([name, sources[name].kind]).toEqual([name, unset ? "default" : "file"]);
		}
	});

	test("names what was found, the schema, and fits a screen", () => {
		expect(yaml.split("\n")[0]).toBe("# yaml-language-server: $schema=./s.json");
		expect(yaml).toContain("for shop (ES modules, TypeScript, Express, pino, winston).");
		expect(yaml.replace(/\n[# ]*/gu, " ")).toContain("Here: winston.");
		for (const line of yaml.split("\n")) expect(line.length).toBeLessThanOrEqual(104);
	});
});

describe("start lines", () => {
	test.each([
		["node app.js", "node --import @m app.js"],
		["node --env-file=.env dist/main.js", "node --import @m --env-file=.env dist/main.js"],
		["NODE_ENV=production node .", "NODE_ENV=production node --import @m ."],
		["cross-env A=b node app.js | pino-pretty", "cross-env A=b node --import @m app.js | pino-pretty"],
		["npm run build && node dist/app.js", "npm run build && node --import @m dist/app.js"],
		["node scripts/build.js && node dist/app.js", "node scripts/build.js && node --import @m dist/app.js"],
		["tsx src/main.ts", "tsx --import @m src/main.ts"],
		["tsx watch src/main.ts", undefined],
		["nodemon app.js", undefined],
		["node --test", undefined],
		["node -e 1", undefined],
		["next start", undefined],
		["node --import @m app.js", undefined],
		["./node_modules/.bin/thing", undefined],
	])("%s", (before, after) => {
		expect(withImport(before, "@m")).toBe(after);
	});

	test("OpenTelemetry's own preload gives way", () => {
		const own = "node --require @opentelemetry/auto-instrumentations-node/register app.js";
		expect(withoutOtelRegister(own)).toBe(`node --import ${REGISTER} app.js`);
		expect(withoutOtelRegister("node app.js")).toBeUndefined();
	});

	test.each([
		['FROM node\nCMD ["node", "a.js"]', 'FROM node\nCMD ["node", "--import", "@m", "a.js"]'],
		['ENTRYPOINT [ "node","a.js" ]', 'ENTRYPOINT [ "node", "--import", "@m","a.js" ]'],
		["CMD node a.js\n", "CMD node --import @m a.js\n"],
		["web: node a.js\nworker: node b.js\n", "web: node --import @m a.js\nworker: node --import @m b.js\n"],
		['RUN node build.js\nCMD ["npm", "start"]', undefined],
	])("%j", (before, after) => {
		expect(fileWithImport(before, "@m")).toBe(after);
	});

	test.each([
		["start", true],
		["start:prod", true],
		["dev", true],
		["build", false],
		["test", false],
		["start:test", false],
		["starter", false],
	])("script %s: %s", (name, starts) => {
		expect(startsProgram(name)).toBe(starts);
	});
});

describe("a set-up of their own", () => {
	test("spans' processors gain errata's in front; options made elsewhere are said in words", () => {
		const listed =
			'import { NodeSDK } from "@opentelemetry/sdk-node";\nnew NodeSDK({ spanProcessors: [batch] }).start();\n';
		const change = sdkChange(listed, "a.ts");
		expect(change?.edits.map(({ text }) => text)).toContain("errata.spanProcessor, ");
		expect(change?.notes).toEqual([]);
		const elsewhere = sdkChange("new NodeSDK(options).start()", "a.js");
		expect([elsewhere?.edits, elsewhere?.notes.length]).toEqual([[], 1]);
		expect(sdkChange("useAzureMonitor();", "a.js")?.edits.map(({ text }) => text)).toContain(
			"{ logRecordProcessors: [errata] }",
		);
		expect(sdkChange("const { NodeSDK } = x;", "a.js")).toBeUndefined();
	});
});
