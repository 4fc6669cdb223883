/** Asks both interpreters the same and says where they differ, made as small as it gets. */
import { answer, makeQuestion, type Question } from "./questions.ts";
import { createRandom } from "./random.ts";
import type { Twin } from "./twin.ts";

export interface Difference {
	readonly question: Question;
	readonly typescript: string;
	readonly go: string;
}

const BATCH = 200;

/** Both answers to `count` questions made from `seed`; stops at `most` differences. */
export async function compare(twin: Twin, seed: number, count: number, most = 5): Promise<Difference[]> {
	const random = createRandom(seed);
	const differences: Difference[] = [];
	for (let done = 0; done < count && differences.length < most; done += BATCH) {
		const questions = Array.from({ length: Math.min(BATCH, count - done) }, () => makeQuestion(random));
		const asked = twin.ask(questions);
		const expected = questions.map((question) => JSON.stringify(answer(question)));
		const answers = await asked;
		for (const [i, question] of questions.entries())
			if (expected[i] !== normal(answers[i] as string) && differences.length < most)
				differences.push(await shrink(twin, question));
	}
	return differences;
}

/** The same JSON text whatever the writer escapes. */
function normal(json: string): string {
	return JSON.stringify(JSON.parse(json));
}

async function both(twin: Twin, question: Question): Promise<Difference> {
	const [go] = await twin.ask([question]);
	return { question, typescript: JSON.stringify(answer(question)), go: normal(go as string) };
}

/** Leaves out of every text what the difference does not need. */
async function shrink(twin: Twin, question: Question): Promise<Difference> {
	let best = await both(twin, question);
	const keeps = async (next: Question): Promise<boolean> => {
		const tried = await both(twin, next);
		if (tried.go === tried.typescript) return false;
		best = tried;
		return true;
	};
	for (const path of textsOf(question)) {
		for (let size = (read(best.question, path) as string).length; size >= 1; size = size === 1 ? 0 : size >> 1) {
			for (let at = 0; at < (read(best.question, path) as string).length; ) {
				const text = read(best.question, path) as string;
				if (!(await keeps(write(best.question, path, text.slice(0, at) + text.slice(at + size))))) at += size;
			}
		}
	}
	return best;
}

type Path = readonly (string | number)[];

/** Where a question holds texts that may be made smaller. */
function textsOf(value: unknown, at: Path = []): Path[] {
	// "$int" and its like stand for what JSON cannot say.
	const fixed = at[0] === "op" || at[0] === "bytes" || String(at.at(-1)).startsWith("$");
	if (typeof value === "string") return fixed ? [] : [at];
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		textsOf(inner, [...at, Array.isArray(value) ? Number(key) : key]),
	);
}

function read(value: unknown, path: Path): unknown {
	return path.reduce((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}

function write(question: Question, path: Path, text: string): Question {
	const copy = structuredClone(question);
	const parent = read(copy, path.slice(0, -1)) as Record<string | number, unknown>;
	parent[path[path.length - 1] as string] = text;
	return copy;
}
