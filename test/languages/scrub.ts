/** What record.ts replaces in a fixture: everything that names the machine or the run, nothing that the SDK decides. */
import os from "node:os";
import { root } from "../setup/processes.ts";
import type { Language } from "./programs.ts";

/** Resource attributes of the machine and the process; the processor reads none of them. */
const MACHINE = /^(host|process|os|container|thread)\.|^service\.instance\.id$/;

/** Nanoseconds of the recording's fixed day, 2026-11-01. */
const DAY = 1_793_491_200_000_000_000n;

interface KeyValue {
	key: string;
	value: unknown;
}

/** A copy in which equal ids stay equal and times keep their order. */
export function scrub<T>(fixture: T, language: Language): T {
	const ids = new Map<string, string>();
	const times = new Map<string, string>();
	const numbered = (id: string): string => {
		const known = ids.get(id);
		if (known !== undefined) return known;
		const made = String(ids.size + 1).padStart(id.length, "0");
		ids.set(id, made);
		return made;
	};
	for (const [i, time] of [...timesIn(fixture)].sort().entries()) times.set(time, String(DAY + BigInt(i) * 1_000_000n));
	const walk = (value: unknown, key: string): unknown => {
		if (Array.isArray(value)) return value.filter((item) => !ofMachine(item, key)).map((item) => walk(item, key));
		if (typeof value === "object" && value !== null) {
			return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
		}
		if (typeof value !== "string") return value;
		if (/^(traceId|spanId|parentSpanId)$/.test(key)) return numbered(value);
		if (key.endsWith("UnixNano")) return times.get(value) ?? value;
		return scrubText(value, language);
	};
	return walk(fixture, "") as T;
}

function ofMachine(item: unknown, list: string): boolean {
	return list === "attributes" && MACHINE.test((item as KeyValue).key);
}

function* timesIn(value: unknown, key = ""): Generator<string> {
	if (typeof value === "string" && key.endsWith("UnixNano")) yield value;
	else if (typeof value === "object" && value !== null)
		for (const [name, inner] of Object.entries(value)) yield* timesIn(inner, name);
}

function scrubText(text: string, language: Language): string {
	return text
		.replaceAll(
			new RegExp(`${escaped(root)}/node_modules/.cache/errata-languages/\\w+-[0-9a-f]{16}`, "g"),
			`/opt/${language}`,
		)
		.replaceAll(root, "/srv/errata")
		.replaceAll(
			/(?:\/[\w.-]+)*\/(\.pyenv\/versions\/[\d.]+|usr\/local\/go|go\/pkg\/mod)(?=\/)/g,
			(_all, where: string) => (where === "go/pkg/mod" ? "/go/pkg/mod" : `/usr/lib/${language}`),
		)
		.replaceAll(os.hostname(), "machine")
		.replaceAll(
			/(127\.0\.0\.1|\[?::1\]?|localhost)([:', ]+(?:port(?:=| ))?)(3[2-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b/g,
			"$1$254321",
		)
		.replaceAll(/\b0x[0-9a-f]{9,12}\b/g, "0x7f0000000000");
}

function escaped(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
