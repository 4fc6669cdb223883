/** The PII set through the real pipeline: a program under errata tells every text and map by every channel, and the bytes are searched. */
import { build } from "../../packages/node/src/testing/child.ts";
import { foundIn, whatLeaves } from "../../test/privacy/wire.ts";
import { rows } from "./rows.ts";
import type { Figure } from "./sets.ts";

interface Line {
	readonly id: string;
	readonly text: string;
	readonly spans: readonly {
		readonly start: number;
		readonly end: number;
		readonly type: string;
		readonly optional?: boolean;
	}[];
}

interface Structured {
	readonly id: string;
	readonly attributes: object;
	readonly secrets: Readonly<Record<string, readonly string[]>>;
}

/** Cut to a network, or as short as words are: whether they went cannot be seen in bytes. */
const UNSEEN = new Set(["ip_address", "mac_address", "otp", "cvc"]);

export async function wire(folder: string): Promise<Figure[]> {
	build();
	const lines = rows<Line>(folder, "lines");
	const structured = rows<Structured>(folder, "structured");
	const secrets = [...lines.flatMap(secretsOf), ...structured.flatMap((one) => Object.values(one.secrets).flat())];
	const kept =
		lines.map(bareOf).join("\n") +
		JSON.stringify(structured.map(({ secrets: _secrets, ...rest }) => Object.keys(rest)));
	const wanted = [...new Set(secrets.map(localPart))].filter((secret) => secret.length >= 5 && !kept.includes(secret));
	const cases = { texts: lines.map(({ text }) => text), maps: structured.map(({ attributes }) => attributes) };
	const figures: Figure[] = [];
	for (const protocol of ["http/protobuf", "http/json", "away"] as const) {
		const left = await whatLeaves(cases, protocol);
		for (const [where, bytes] of Object.entries(left)) {
			const found = foundIn(bytes, wanted);
			for (const secret of found) console.error(`pii: ${protocol} ${where}: ${JSON.stringify(secret)}`);
			const value = 1 - found.length / wanted.length;
			figures.push({ set: "wire", name: `${protocol}, ${where}: ${wanted.length} values gone`, value, aim: 1 });
		}
	}
	return figures;
}

/** Offsets are code points. */
function secretsOf({ text, spans }: Line): string[] {
	const points = [...text];
	return spans
		.filter(({ optional, type }) => optional !== true && !UNSEEN.has(type))
		.map(({ start, end }) => points.slice(start, end).join(""));
}

/** What of the line may stay. */
function bareOf({ text, spans }: Line): string {
	const points = [...text];
	for (const { start, end } of spans) points.fill("\0", start, end);
	return points.join("");
}

/** The domain of an address may stay. */
function localPart(secret: string): string {
	return secret.includes("@") && !secret.includes(" ") ? (secret.split(/@|%40/u)[0] ?? secret) : secret;
}
