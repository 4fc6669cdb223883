/** Go: panics, `debug.Stack()`, fatal errors, and the frames of pkg/errors' `%+v`. Only the first goroutine counts. */

import { type Frame, type FrameOrigin, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { isDigit } from "./ascii.ts";
import { FRAME_LINE, splitPosition } from "./head.ts";
import { cleanPath } from "./module-path.ts";

/** Module hosts and owners that are libraries wherever their sources lie. */
const LIBRARY =
	"golang.org/x/ google.golang.org/ go.uber.org/ go.mongodb.org/ go.etcd.io/ k8s.io/ sigs.k8s.io/ gorm.io/ gopkg.in/ cloud.google.com/ github.com/gin-gonic/ github.com/labstack/ github.com/gorilla/ github.com/go-chi/ github.com/gofiber/ github.com/valyala/ github.com/codegangsta/ github.com/urfave/ github.com/jackc/ github.com/lib/pq github.com/go-sql-driver/ github.com/redis/ github.com/go-redis/ github.com/sirupsen/ github.com/stretchr/ github.com/spf13/ github.com/pkg/errors github.com/hashicorp/ github.com/aws/ github.com/golang/ github.com/grpc-ecosystem/ github.com/prometheus/ github.com/nats-io/ github.com/segmentio/ github.com/IBM/sarama github.com/Shopify/sarama github.com/elastic/ github.com/jmoiron/ github.com/julienschmidt/ github.com/justinas/ github.com/rs/ github.com/cockroachdb/errors github.com/go-kit/ github.com/graphql-go/ github.com/99designs/".split(
		" ",
	);

/** Instrumentation: it wraps what it watches and comes and goes without a change of the program. */
const TRACERS = ["go.opentelemetry.io/", "gopkg.in/DataDog/", "github.com/DataDog/", "github.com/getsentry/"];

export function parseGo(lines: readonly string[]): StackBlock[] {
	const block = openBlock(0);
	const head: string[] = [];
	let goroutines = 0;
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i] as string;
		if (line.startsWith("goroutine ") && line.endsWith(":")) {
			goroutines++;
			if (goroutines > 1 && block.frames.length > 0) break;
			continue;
		}
		const place = placeOf(lines[i + 1]);
		if (place !== undefined && line !== "" && line.length <= FRAME_LINE && !startsBlank(line)) {
			i++;
			if (line.startsWith("created by ")) continue;
			if (block.frames.length < LIMITS.frames) block.frames.push(goFrame(line, place));
		} else if (block.frames.length === 0 && goroutines === 0) head.push(line);
		else if (block.frames.length > 0 && goroutines === 0 && line !== "" && !startsBlank(line)) {
			// pkg/errors prints the innermost stack first; later stacks repeat its callers.
			break;
		}
	}
	afterPanic(block);
	fillHead(block, head);
	return [block];
}

function startsBlank(line: string): boolean {
	const unit = line.charCodeAt(0);
	return unit === 32 || unit === 9;
}

/** `\t/path/file.go:471 +0xa` of the line below a function. */
function placeOf(line: string | undefined): { file: string; line: number } | undefined {
	if (line === undefined || line.length > FRAME_LINE || !startsBlank(line)) return undefined;
	let text = line.trim();
	const space = text.indexOf(" ");
	if (space > 0) text = text.slice(0, space);
	if (!text.includes(".go:") && !text.includes(".s:") && !text.includes(".goc:")) return undefined;
	return splitPosition(text);
}

/** Frames up to `panic(...)` are the recovery's own; what panicked comes after. */
function afterPanic(block: OpenBlock): void {
	let last = -1;
	for (const [index, one] of block.frames.entries()) if (one.module === "" && one.function === "panic") last = index;
	if (last >= 0) block.frames.splice(0, last + 1);
}

function fillHead(block: OpenBlock, lines: readonly string[]): void {
	let text = lines
		.filter((line) => !line.startsWith("[signal ") && !line.startsWith("\tpanic: "))
		.join("\n")
		.trim();
	for (const prefix of ["panic: ", "fatal error: "])
		if (text.startsWith(prefix)) {
			text = text.slice(prefix.length);
			block.type = prefix.slice(0, -2);
		}
	if (text.endsWith(" [recovered]")) text = text.slice(0, -12);
	block.message = text;
}

function goFrame(line: string, place: { file: string; line: number }): Frame {
	let name = line;
	const open = name.lastIndexOf("(");
	if (open > 0 && name.endsWith(")") && name.charCodeAt(open - 1) !== 46) name = name.slice(0, open);
	// A dot in the last part of an import path is written `%2e`: `gopkg.in/yaml%2ev3.Unmarshal`.
	const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
	const owner = dot < 0 ? "" : name.slice(0, dot).replaceAll("%2e", ".");
	const fn = plainFunction(dot < 0 ? name : name.slice(dot + 1));
	return frame(plainPackage(owner), fn, place.file, place.line, goOrigin(owner, place.file));
}

/** `(*Cache).Get.func1.2` is `Cache.Get`; type arguments and method values lose their marks. */
function plainFunction(name: string): string {
	let text = name.replaceAll("(*", "").replaceAll(")", "").replaceAll("(", "");
	const generic = text.indexOf("[");
	if (generic >= 0) {
		const end = text.lastIndexOf("]");
		text = text.slice(0, generic) + text.slice(end + 1);
	}
	if (text.endsWith("-fm")) text = text.slice(0, -3);
	const parts = text.split(".").map(withoutRange);
	while (parts.length > 1 && isClosure(parts[parts.length - 1] as string)) parts.pop();
	return parts.join(".");
}

/** The body of a loop over a function is one too: `run-range1`. */
function withoutRange(part: string): string {
	const at = part.lastIndexOf("-range");
	return at > 0 && isClosure(part.slice(at + 1)) ? part.slice(0, at) : part;
}

function isClosure(part: string): boolean {
	let i = 0;
	for (const prefix of ["func", "gowrap", "deferwrap", "range"]) if (part.startsWith(prefix)) i = prefix.length;
	if (i === part.length) return false;
	for (; i < part.length; i++) if (!isDigit(part.charCodeAt(i)) && part.charCodeAt(i) !== 45) return false;
	return true;
}

/** Import path without vendor folder and major version. */
function plainPackage(owner: string): string {
	const vendor = owner.lastIndexOf("/vendor/");
	const path = vendor >= 0 ? owner.slice(vendor + 8) : owner;
	return path
		.split("/")
		.filter((part) => !(part.charCodeAt(0) === 118 && part.length > 1 && isDigit(part.charCodeAt(1))))
		.map((part) => {
			const version = part.lastIndexOf(".v");
			return version > 0 && isDigit(part.charCodeAt(version + 2)) ? part.slice(0, version) : part;
		})
		.join("/");
}

function goOrigin(owner: string, file: string): FrameOrigin {
	if (owner === "main") return "app";
	if (TRACERS.some((prefix) => owner.startsWith(prefix))) return "runtime";
	if (owner.includes("/vendor/")) return "library";
	const slash = owner.indexOf("/");
	const path = cleanPath(file);
	if (path.includes("/go/src/") && !owner.slice(0, slash < 0 ? owner.length : slash).includes(".")) return "runtime";
	if (path.includes("/pkg/mod/") || path.includes("/vendor/") || path.includes("@v")) return "library";
	if (LIBRARY.some((prefix) => owner.startsWith(prefix))) return "library";
	// Import paths of the standard library have no dot in their first part; a local module may have none either,
	// then its file lies outside a Go root.
	const first = slash < 0 ? owner : owner.slice(0, slash);
	if (first.includes(".")) return "app";
	return path.includes("/src/runtime/") || path.includes("/libexec/src/") || !path.startsWith("/") || owner === ""
		? "runtime"
		: "app";
}

export function looksLikeGo(lines: readonly string[]): boolean {
	return lines.some((line, index) => line !== "" && !startsBlank(line) && placeOf(lines[index + 1]) !== undefined);
}
