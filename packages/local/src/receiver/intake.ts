/**
 * A request's body as bytes: whole, decompressed, and within bounds before and after. Knows nothing of OTLP but its
 * answers' codes.
 */
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate, zstdDecompress } from "node:zlib";
import { chunksOf } from "../body.ts";
import { LIMITS } from "../limits.ts";
import { type Failure, STATUS } from "./answer.ts";

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
	gzip: promisify(gunzip),
	"x-gzip": promisify(gunzip),
	deflate: promisify(inflate),
	zstd: promisify(zstdDecompress),
};

/** `gone`: the sender left before the end; nobody is there to answer. */
export type IntakeResult =
	| { readonly bytes: Buffer; readonly release: () => void }
	| { readonly failure: Failure }
	| "gone";

/** Bodies of all requests under way, within common bounds. */
export class Intake {
	#held = 0;
	#inflating = 0;
	readonly #waiting: (() => void)[] = [];

	/** Bytes held now. */
	get held(): number {
		return this.#held;
	}

	async read(request: IncomingMessage): Promise<IntakeResult> {
		const coding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
		const decoder = DECODERS[coding];
		if (decoder === undefined && coding !== "identity") return { failure: unknownCoding(coding) };
		if (Number(request.headers["content-length"] ?? 0) > LIMITS.otlpBytes) return { failure: tooLarge() };
		const chunks: Buffer[] = [];
		let held = 0;
		const hold = (bytes: number): boolean => {
			held += bytes;
			this.#held += bytes;
			return this.#held <= LIMITS.otlpTotalBytes;
		};
		const release = (): void => {
			this.#held -= held;
			held = 0;
		};
		const fail = (failure: Failure): IntakeResult => {
			release();
			return { failure };
		};
		try {
			for await (const chunk of chunksOf(request)) {
				chunks.push(chunk);
				if (!hold(chunk.length)) return fail(full());
				if (held > LIMITS.otlpBytes) return fail(tooLarge());
			}
		} catch {
			release();
			return "gone";
		}
		const raw = Buffer.concat(chunks);
		if (decoder === undefined) return { bytes: raw, release };
		const bytes = await this.#inflate(raw, decoder);
		if (!Buffer.isBuffer(bytes)) return fail(bytes);
		return hold(bytes.length - raw.length) ? { bytes, release } : fail(full());
	}

	async #inflate(raw: Buffer, decoder: (typeof DECODERS)[string]): Promise<Buffer | Failure> {
		if (this.#inflating >= LIMITS.otlpInflating) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		this.#inflating++;
		try {
			return await (decoder as NonNullable<typeof decoder>)(raw, { maxOutputLength: LIMITS.otlpInflatedBytes });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return tooLarge();
			return {
				http: 400,
				code: STATUS.invalidArgument,
				message: "the body cannot be decompressed as its Content-Encoding says: send what the header names",
			};
		} finally {
			this.#inflating--;
			this.#waiting.shift()?.();
		}
	}
}

function tooLarge(): Failure {
	const [raw, inflated] = [LIMITS.otlpBytes, LIMITS.otlpInflatedBytes].map((bytes) => `${bytes / 1_048_576} MiB`);
	return {
		http: 413,
		code: STATUS.invalidArgument,
		message: `the body is over ${raw}, or over ${inflated} decompressed: send smaller batches`,
	};
}

function full(): Failure {
	return {
		http: 429,
		code: STATUS.resourceExhausted,
		message: "more requests are under way than errata local holds: send again",
		retryAfter: LIMITS.retryAfterSeconds,
	};
}

function unknownCoding(coding: string): Failure {
	return {
		http: 415,
		code: STATUS.invalidArgument,
		message: `Content-Encoding ${JSON.stringify(coding.slice(0, 40))} is not known: use gzip, deflate, zstd or none`,
		headers: { "accept-encoding": "gzip, deflate, zstd" },
	};
}
