/** Colours and width of one output stream: what a terminal can show, and nothing of it in a pipe. */
import pc from "picocolors";
import { LIMITS } from "../limits.ts";

/** Columns for prose: those of the terminal, but no more than a reader follows; unlimited in a pipe. */
export function proseWidth(style: Pick<Style, "width">): number {
	return Number.isFinite(style.width) ? Math.min(style.width, LIMITS.proseColumns) : Number.POSITIVE_INFINITY;
}

type Paint = (text: string) => string;

export interface Style {
	/** Columns of the terminal; `Infinity` in a pipe, where nothing is cut or wrapped. */
	readonly width: number;
	readonly colored: boolean;
	readonly bold: Paint;
	readonly dim: Paint;
	readonly red: Paint;
	readonly yellow: Paint;
	readonly green: Paint;
	readonly cyan: Paint;
	readonly magenta: Paint;
}

export interface StyleInput {
	readonly colored: boolean;
	readonly width: number;
}

export function createStyle({ colored, width }: StyleInput): Style {
	const c = pc.createColors(colored);
	return {
		width: Number.isFinite(width) ? Math.max(width, LIMITS.minColumns) : Number.POSITIVE_INFINITY,
		colored,
		bold: c.bold,
		dim: c.dim,
		red: c.red,
		yellow: c.yellow,
		green: c.green,
		cyan: c.cyan,
		magenta: c.magenta,
	};
}

/** What decides whether a stream is coloured. */
export interface ColorInput {
	readonly isTTY: boolean;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** `--no-color` was given. */
	readonly refused: boolean;
}

/** `--no-color`, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal that can. */
export function wantsColor({ isTTY, env, refused }: ColorInput): boolean {
	if (refused || (env.NO_COLOR ?? "") !== "") return false;
	const forced = env.FORCE_COLOR;
	if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
	return isTTY && env.TERM !== "dumb";
}

/** Colour of a severity: critical and high stand out, low does not. */
export function severityPaint(style: Style, severity: string): Paint {
	if (severity === "critical" || severity === "high") return style.red;
	return severity === "medium" ? style.yellow : style.cyan;
}
