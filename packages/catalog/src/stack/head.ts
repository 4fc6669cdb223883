/** What the parsers share: reading `Class: message`, splitting off `:line:column`, joining lines. */
import { isDigit, lowerAscii } from "./ascii.ts";

/** A line longer than this (UTF-16 units) is no frame: paths and symbols are shorter, hostile text is not. */
export const FRAME_LINE = 2_048;

export interface ClassHead {
	readonly type: string;
	readonly message: string;
	/** Code in the head: `Error [ERR_X]: ...`, `Win32Exception (258): ...`. */
	readonly code: string;
}

/**
 * `Class: message` or a bare `Class`; nothing if the text does not begin with a class name. A class name is a dotted
 * or `::`-separated identifier whose last part begins with a capital letter or ends in `error` or `exception`.
 */
export function classHead(text: string): ClassHead | undefined {
	let i = 0;
	while (i < text.length && isNameUnit(text.charCodeAt(i), text.charCodeAt(i + 1))) i++;
	if (i === 0 || i > 256) return undefined;
	// A trailing colon belongs to the separator.
	while (i > 0 && text.charCodeAt(i - 1) === 58) i--;
	const type = text.slice(0, i);
	if (!isClassName(type)) return undefined;
	let code = "";
	let rest = i;
	const open = text.charCodeAt(i + 1);
	if (text.charCodeAt(i) === 32 && (open === 91 || open === 40)) {
		const close = text.indexOf(open === 91 ? "]" : ")", i);
		if (close > 0 && close - i < 64) {
			code = text.slice(i + 2, close);
			rest = close + 1;
			if (code.includes(" ")) return undefined;
		}
	}
	if (rest === text.length) return { type, message: "", code };
	if (text.charCodeAt(rest) === 58) {
		const next = text.charCodeAt(rest + 1);
		if (rest + 1 === text.length || next === 32 || next === 10)
			return { type, message: text.slice(rest + 1).trim(), code };
		return undefined;
	}
	if (text.charCodeAt(rest) === 10) return { type, message: text.slice(rest).trim(), code };
	return undefined;
}

/** Letters, digits, `_ $ . \`, `::` and a single `:` only inside `::`. */
function isNameUnit(unit: number, next: number): boolean {
	return (
		(unit >= 97 && unit <= 122) ||
		(unit >= 65 && unit <= 90) ||
		isDigit(unit) ||
		unit === 95 ||
		unit === 36 ||
		unit === 46 ||
		unit === 92 ||
		unit === 43 ||
		unit === 96 ||
		(unit === 58 && next !== 32 && next !== 10 && !Number.isNaN(next)) ||
		unit >= 0xc0
	);
}

function isClassName(type: string): boolean {
	let start = 0;
	for (let i = 0; i < type.length; i++) {
		const unit = type.charCodeAt(i);
		if (unit === 46 || unit === 58 || unit === 92 || unit === 36 || unit === 43) start = i + 1;
	}
	const last = type.slice(start);
	if (last === "" || isDigit(type.charCodeAt(0)) || type.startsWith(".")) return false;
	const first = last.charCodeAt(0);
	if (first >= 65 && first <= 90) return true;
	if (first === 95 || first >= 0xc0) return true;
	const lower = lowerAscii(last);
	return lower.endsWith("error") || lower.endsWith("exception") || type.includes(".");
}

/** A location without its `:line` or `:line:column`; line 0 if it has none. */
export function splitPosition(location: string): { file: string; line: number } {
	const last = trailingNumber(location, location.length);
	if (last === undefined) return { file: location, line: 0 };
	const before = trailingNumber(location, last.at);
	if (before === undefined) return { file: location.slice(0, last.at), line: last.value };
	return { file: location.slice(0, before.at), line: before.value };
}

function trailingNumber(text: string, end: number): { at: number; value: number } | undefined {
	let i = end;
	let value = 0;
	let scale = 1;
	while (i > 0 && isDigit(text.charCodeAt(i - 1)) && end - i < 9) {
		i--;
		value += (text.charCodeAt(i) - 48) * scale;
		scale *= 10;
	}
	if (i === end || i < 2 || text.charCodeAt(i - 1) !== 58) return undefined;
	return { at: i - 1, value };
}

/** Decimal digits of `text` from `from`, 0 if there are none. */
export function numberAt(text: string, from: number): number {
	let value = 0;
	for (let i = from; i < text.length && i - from < 9; i++) {
		const unit = text.charCodeAt(i);
		if (!isDigit(unit)) break;
		value = value * 10 + unit - 48;
	}
	return value;
}
