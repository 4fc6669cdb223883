/** Ruby: `full_message` with its causes, plain backtraces, the quotes of 3.3 and 3.4. */

import { type Frame, type FrameOrigin, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { isDigit } from "./ascii.ts";
import { classHead, FRAME_LINE, numberAt } from "./head.ts";
import { appModule, cleanPath, libraryModule } from "./module-path.ts";

export function parseRuby(lines: readonly string[]): StackBlock[] {
	const blocks: OpenBlock[] = [];
	let block = openBlock(0);
	blocks.push(block);
	const head: string[] = [];
	for (const raw of lines) {
		let line = raw.trim();
		const from = line.startsWith("from ");
		if (from) line = line.slice(5);
		const parsed = rubyFrame(line);
		if (parsed === undefined) {
			if (block.frames.length === 0 && blocks.length === 1) head.push(raw);
			continue;
		}
		if (!from && parsed.rest !== "") {
			if (block.frames.length > 0) {
				if (blocks.length > LIMITS.causes) break;
				block = openBlock(blocks.length);
				blocks.push(block);
			}
			headOfFrame(block, parsed.rest);
		}
		if (block.frames.length < LIMITS.frames) block.frames.push(parsed.frame);
	}
	const first = blocks[0] as OpenBlock;
	if (first.type === "" && first.message === "" && head.length > 0) headOfText(first, head.join("\n").trim());
	return blocks;
}

/** `message (Class)` behind the first frame. */
function headOfFrame(block: OpenBlock, text: string): void {
	const open = text.lastIndexOf(" (");
	if (open >= 0 && text.endsWith(")")) {
		block.type = text.slice(open + 2, -1);
		block.message = text.slice(0, open);
	} else if (text.startsWith("(") && text.endsWith(")")) block.type = text.slice(1, -1);
	else block.message = text;
}

/** `Class: message`, or Rails' `Class (message):` above the frames. */
function headOfText(block: OpenBlock, text: string): void {
	const open = text.indexOf(" (");
	if (open > 0 && text.endsWith("):") && !text.slice(0, open).includes(" ")) {
		block.type = text.slice(0, open);
		block.message = text.slice(open + 2, -2);
		return;
	}
	const parsed = classHead(text);
	block.type = parsed?.type ?? "";
	block.message = parsed?.message ?? text;
}

/** `path.rb:12:in 'Foo#bar': message (Class)`, with or without what follows the path and line. */
function rubyFrame(line: string): { frame: Frame; rest: string } | undefined {
	if (line.length > FRAME_LINE) return undefined;
	const inAt = line.indexOf(":in ");
	let file: string;
	let number: number;
	let name = "";
	let rest = "";
	if (inAt > 0) {
		const colon = line.lastIndexOf(":", inAt - 1);
		if (colon <= 0 || !isDigit(line.charCodeAt(colon + 1))) return undefined;
		file = line.slice(0, colon);
		number = numberAt(line, colon + 1);
		const open = line.charCodeAt(inAt + 4);
		const end = line.indexOf("'", inAt + 5);
		if ((open !== 39 && open !== 96) || end < 0) return undefined;
		name = line.slice(inAt + 5, end);
		if (line.startsWith(": ", end + 1)) rest = line.slice(end + 3);
	} else {
		const ending = line.indexOf(".rb:");
		if (ending < 0) return undefined;
		file = line.slice(0, ending + 3);
		number = numberAt(line, ending + 4);
		if (number === 0 || file.includes(" ")) return undefined;
		// `lib/redis/client.rb:75 - rescue in read`, as error services list a backtrace.
		const dash = line.indexOf(" - ", ending + 4);
		if (dash > 0 && dash - ending <= 12) name = line.slice(dash + 3);
		const colon = line.indexOf(": ", ending + 4);
		if (colon > 0) rest = line.slice(colon + 2);
	}
	const { origin, module } = rubyOrigin(file);
	return { frame: frame(module, plainMethod(name), file, number, origin), rest };
}

/** `block (2 levels) in Foo#bar` is `bar`; `<top (required)>` has no name. */
function plainMethod(name: string): string {
	let text = name;
	const within = text.lastIndexOf(" in ");
	if (within >= 0) text = text.slice(within + 4);
	if (text.startsWith("<")) return "";
	const hash = text.lastIndexOf("#");
	if (hash >= 0) text = text.slice(hash + 1);
	if (text.startsWith("_")) return plainView(text);
	if (hash >= 0) return text;
	const dot = text.lastIndexOf(".");
	return dot > 0 && dot + 1 < text.length ? text.slice(dot + 1) : text;
}

/** Rails compiles a view to `_app_views_orders_show_html_erb___123456789_7020`: hash and object id move. */
function plainView(name: string): string {
	let end = name.length;
	while (end > 0 && isDigit(name.charCodeAt(end - 1))) end--;
	if (end === name.length || name.charCodeAt(end - 1) !== 95) return name;
	let start = end - 1;
	while (start > 0 && isDigit(name.charCodeAt(start - 1))) start--;
	return start < end - 1 && name.slice(0, start).endsWith("__") ? name.slice(0, start) : name;
}

function rubyOrigin(file: string): { origin: FrameOrigin; module: string } {
	if (file.startsWith("<internal:") || file.startsWith("(")) return { origin: "runtime", module: file };
	const path = cleanPath(file);
	const gems = path.lastIndexOf("/gems/");
	if (gems >= 0) return { origin: "library", module: libraryModule(path.slice(gems + 6)) };
	const ruby = path.indexOf("/lib/ruby/");
	if (ruby >= 0) return { origin: "runtime", module: path.slice(ruby + 10) };
	return { origin: "app", module: appModule(path) };
}

export function looksLikeRuby(lines: readonly string[]): boolean {
	return lines.some((line) => {
		const at = line.indexOf(":in ");
		const quote = line.charCodeAt(at + 4);
		if (at > 0 && (quote === 96 || quote === 39) && isDigit(line.charCodeAt(at - 1))) return true;
		const ending = line.indexOf(".rb:");
		return ending > 0 && line.includes(" - ", ending) && rubyFrame(line.trim()) !== undefined;
	});
}
