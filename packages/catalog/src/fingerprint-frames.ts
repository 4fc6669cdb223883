/** Which frames of a stack make a group, and how each is written into it. */
import type { Frame, StackBlock } from "./frame.ts";
import { LIMITS } from "./limits.ts";

/** Errors of endless recursion: where it stopped is chance, what called itself is not. */
const OVERFLOW = new Set(["StackOverflowError", "RecursionError", "SystemStackError", "StackOverflowException"]);

/**
 * The frames that count, as `module#function`, nearest the throw first, each once: those of the application. Without
 * one, the library frame nearest the throw and the packages it was reached through: what a library calls inside itself
 * changes with its version. Never the runtime's own. `type` is the last segment of the class.
 */
export function countedFrames(block: StackBlock, type: string): string[] {
	const app = pick(block.frames, "app", type, block.message);
	if (app.length > 0) return app;
	const library = pick(block.frames, "library", type, block.message);
	const first = library[0];
	if (first === undefined) return [];
	const packages = new Set(library.map(packageOf));
	packages.delete(packageOf(first));
	return [first, ...packages];
}

/** `@scope/name`, `express`, `github.com/jackc/pgx`, `org.springframework`. */
function packageOf(frame: string): string {
	const module = frame.slice(0, frame.indexOf("#"));
	const slash = module.indexOf("/");
	if (slash < 0) return module.split(".").slice(0, 2).join(".");
	const parts = module.split("/");
	const first = parts[0] as string;
	if (first.startsWith("@")) return parts.slice(0, 2).join("/");
	return first.includes(".") ? parts.slice(0, 3).join("/") : first;
}

export function hasAppFrame(block: StackBlock): boolean {
	return block.frames.some((one) => one.inApp);
}

function pick(frames: readonly Frame[], origin: Frame["origin"], type: string, message: string): string[] {
	const overflow =
		OVERFLOW.has(type) ||
		(type === "RangeError" && message.startsWith("Maximum call stack")) ||
		type === "stack overflow";
	const counts = new Map<string, number>();
	for (const one of frames) {
		if (one.origin !== origin) continue;
		const key = `${one.module}#${one.function}`;
		counts.set(key, (counts.get(key) ?? 0) + 1);
		if (!overflow && counts.size === LIMITS.fingerprintFrames) break;
	}
	if (!overflow) return [...counts.keys()];
	const repeated = [...counts].filter(([, count]) => count > 1).map(([key]) => key);
	return (repeated.length > 0 ? repeated.sort() : [...counts.keys()]).slice(0, LIMITS.fingerprintFrames);
}
