/**
 * Protocol buffers as OTLP needs them, into one buffer that is used again: fields, nested messages whose length is not known
 * before, values of any type. The SDK's writer goes through every text character by character, three times; a record of an
 * error is mostly text, so here the engine's own encoder writes it. Which fields a message has is `otlp-logs.ts`.
 */
import type { AnyValue } from "@errata/catalog";

/** Bytes of the buffer at the start; what a batch made it larger stays up to the second figure. */
const BYTES = 65_536;
const KEPT_BYTES = 2_097_152;
/** UTF-16 units of a text that is cheaper to write here than by a call out of the engine. */
const SHORT = 24;
const UTF8_BYTES = 3;
const TWO_32 = 4_294_967_296;
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

export class OtlpWriter {
	#buffer = Buffer.allocUnsafe(BYTES);
	#at = 0;

	/** A copy of what was written; the writer is empty again. */
	take(): Uint8Array<ArrayBuffer> {
		const bytes = new Uint8Array(this.#at);
		bytes.set(this.#buffer.subarray(0, this.#at));
		this.#at = 0;
		if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafe(BYTES);
		return bytes;
	}

	/** What an error interrupted is nothing. */
	clear(): void {
		this.#at = 0;
	}

	/** Begins a nested message of about so many bytes; `end` wants the answer. */
	begin(field: number, bytes: number): number {
		this.#room(8);
		this.#tag(field, LENGTH);
		const start = this.#at;
		this.#at += varintSize(bytes);
		return start;
	}

	/** Ends the message that `begin` began with the same `bytes`. */
	end(start: number, bytes: number): void {
		const reserved = varintSize(bytes);
		const length = this.#at - start - reserved;
		const size = varintSize(length);
		if (size !== reserved) {
			this.#room(8);
			this.#buffer.copyWithin(start + size, start + reserved, this.#at);
			this.#at += size - reserved;
		}
		const end = this.#at;
		this.#at = start;
		this.#varint(length);
		this.#at = end;
	}

	uint(field: number, value: number): void {
		this.#room(16);
		this.#tag(field, VARINT);
		this.#varint(value);
	}

	fixed32(field: number, value: number): void {
		this.#room(8);
		this.#tag(field, FIXED32);
		this.#at = this.#buffer.writeUInt32LE(value >>> 0, this.#at);
	}

	/** Seconds and nanoseconds as nanoseconds since the epoch. */
	time(field: number, [seconds, nanoseconds]: readonly [number, number]): void {
		this.#room(16);
		this.#tag(field, FIXED64);
		this.#at = this.#buffer.writeBigUInt64LE(
			BigInt.asUintN(64, BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanoseconds))),
			this.#at,
		);
	}

	/** Bytes written in hex. */
	hex(field: number, text: string): void {
		this.#room(8 + text.length);
		this.#tag(field, LENGTH);
		this.#varint(text.length / 2);
		this.#at += this.#buffer.write(text, this.#at, "hex");
	}

	text(field: number, text: string): void {
		this.#room(8 + text.length * UTF8_BYTES);
		this.#tag(field, LENGTH);
		const from = this.#at;
		const size = varintSize(text.length);
		const written = this.#encode(text, from + size);
		const actual = varintSize(written);
		if (actual !== size) this.#buffer.copyWithin(from + actual, from + size, from + size + written);
		this.#varint(written);
		this.#at = from + actual + written;
	}

	/** A value of any type in a field of type AnyValue. */
	value(field: number, value: AnyValue): void {
		const bytes = typeof value === "string" ? value.length + 1 + varintSize(value.length) : guess(value);
		const start = this.begin(field, bytes);
		this.#any(value);
		this.end(start, bytes);
	}

	/** A map as repeated KeyValue. */
	pairs(field: number, map: Readonly<Record<string, unknown>>): void {
		for (const key of Object.keys(map)) {
			const value = map[key] as AnyValue;
			const bytes = typeof value === "string" ? value.length + key.length + OVERHEAD : guess(value);
			const start = this.begin(field, bytes);
			this.text(1, key);
			this.value(2, value);
			this.end(start, bytes);
		}
	}

	#any(value: AnyValue): void {
		if (typeof value === "string") this.text(1, value);
		else if (typeof value === "boolean") this.uint(2, value ? 1 : 0);
		else if (typeof value === "number") this.#number(value);
		else if (value instanceof Uint8Array) this.#bytes(value);
		else if (Array.isArray(value)) {
			const start = this.begin(5, LARGE);
			for (const item of value as readonly AnyValue[]) this.value(1, item);
			this.end(start, LARGE);
		} else if (typeof value === "object" && value !== null) {
			const start = this.begin(6, LARGE);
			this.pairs(1, value as Readonly<Record<string, unknown>>);
			this.end(start, LARGE);
		}
	}

	#number(value: number): void {
		if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
			this.uint(3, value);
			return;
		}
		this.#room(16);
		this.#tag(4, FIXED64);
		this.#at = this.#buffer.writeDoubleLE(value, this.#at);
	}

	#bytes(value: Uint8Array): void {
		this.#room(16 + value.length);
		this.#tag(7, LENGTH);
		this.#varint(value.length);
		this.#buffer.set(value, this.#at);
		this.#at += value.length;
	}

	#tag(field: number, type: number): void {
		this.#buffer[this.#at++] = (field << 3) | type;
	}

	/** Two's complement in 64 bits where it is negative. */
	#varint(value: number): void {
		let low = value >>> 0;
		let high = Math.floor(value / TWO_32) >>> 0;
		while (high > 0 || low > 127) {
			this.#buffer[this.#at++] = (low & 127) | 128;
			low = ((low >>> 7) | (high << 25)) >>> 0;
			high >>>= 7;
		}
		this.#buffer[this.#at++] = low;
	}

	/** Writes the text at `at`, where there is room, and answers its bytes. */
	#encode(text: string, at: number): number {
		const buffer = this.#buffer;
		if (text.length > SHORT) return buffer.write(text, at);
		for (let i = 0; i < text.length; i++) {
			const unit = text.charCodeAt(i);
			if (unit > 127) return buffer.write(text, at);
			buffer[at + i] = unit;
		}
		return text.length;
	}

	#room(bytes: number): void {
		if (this.#at + bytes <= this.#buffer.length) return;
		const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
		this.#buffer.copy(larger, 0, 0, this.#at);
		this.#buffer = larger;
	}
}

/** Bytes of a list or map: a wrong guess moves what was written. */
const LARGE = 1_000;
const SMALL = 64;

function guess(value: AnyValue): number {
	return typeof value === "object" ? LARGE : SMALL;
}

/** Tags and lengths of a KeyValue with a text. */
const OVERHEAD = 9;

/** Bytes of a length. */
function varintSize(value: number): number {
	return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : value < 268_435_456 ? 4 : 5;
}
