/**
 * Protobuf bytes to the model. Walks schema.ts over protobufjs's reader, with what that lacks: exact 64-bit numbers,
 * bounds of nested messages checked, depth bounded.
 */
import type { AnyValue } from "@errata/catalog";
import protobuf from "protobufjs/minimal.js";
import { LIMITS } from "../limits.ts";
import type { Attributes } from "./model.ts";
import { type Field, Malformed, type Message } from "./schema.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Throws Malformed for anything that is not this message. */
export function readProtobuf<T>(bytes: Buffer, type: Message<T>): T {
	const reader = new Walk(bytes);
	const result = type.create();
	try {
		reader.message(type as Message, result as Record<string, unknown>, bytes.length, 0);
	} catch (error) {
		if (error instanceof Malformed) throw error;
		// protobufjs throws RangeError at the end of the bytes and Error for what cannot be.
		throw new Malformed(`not a protobuf ${type.name}: ${error instanceof Error ? error.message : "unreadable"}`);
	}
	return result;
}

class Walk {
	readonly #bytes: Buffer;
	readonly #reader: protobuf.Reader;

	constructor(bytes: Buffer) {
		this.#bytes = bytes;
		this.#reader = protobuf.Reader.create(bytes);
	}

	/** Fields up to `end` into `target`. */
	message(type: Message, target: Record<string, unknown>, end: number, depth: number): void {
		this.#fields(type.name, end, (number, wire) => {
			const field = type.byNumber.get(number);
			if (field === undefined) return false;
			this.#field(field, wire, target, depth);
			return true;
		});
	}

	#fields(name: string, end: number, take: (number: number, wire: number) => boolean): void {
		const reader = this.#reader;
		while (reader.pos < end) {
			const tag = reader.uint32();
			const number = tag >>> 3;
			if (number === 0) throw new Malformed(`not a protobuf ${name}: field number 0`);
			if (!take(number, tag & 7)) reader.skipType(tag & 7);
		}
		if (reader.pos !== end) throw new Malformed(`not a protobuf ${name}: a field ends outside of its message`);
	}

	#field(field: Field, wire: number, target: Record<string, unknown>, depth: number): void {
		if (field.type === "attributes") {
			// Of a key that comes twice the first counts here, and the last in a map within a value: see read-json.ts.
			const [key, value] = this.#keyValue(wire, depth);
			const attributes = target[field.name] as Attributes;
			if (!(key in attributes)) attributes[key] = value;
		} else if (typeof field.type === "object") {
			const inner = field.repeated ? field.type.create() : target[field.name];
			this.message(field.type, inner as Record<string, unknown>, this.#end(wire), depth);
			if (field.repeated) (target[field.name] as unknown[]).push(inner);
		} else target[field.name] = this.#scalar(field, wire, depth);
	}

	#scalar(field: Field, wire: number, depth: number): unknown {
		switch (field.type) {
			case "string":
				return this.#string(wire);
			case "id":
				return hexId(this.#slice(wire));
			case "fixed64":
				return this.#fixed64(wire);
			case "fixed32":
				this.#expect(wire, FIXED32);
				return this.#reader.fixed32();
			case "value":
				return this.#value(this.#end(wire), depth + 1);
			default:
				this.#expect(wire, VARINT);
				return Number(BigInt.asIntN(32, this.#varint64()));
		}
	}

	#keyValue(wire: number, depth: number): [string, AnyValue] {
		let key = "";
		let value: AnyValue;
		this.#fields("KeyValue", this.#end(wire), (number, inner) => {
			if (number === 1) key = this.#string(inner);
			else if (number === 2) value = this.#value(this.#end(inner), depth + 1);
			else return false;
			return true;
		});
		return [key, value];
	}

	#value(end: number, depth: number): AnyValue {
		if (depth > LIMITS.valueDepth) throw new Malformed(`a value is nested over ${LIMITS.valueDepth} levels deep`);
		let value: AnyValue;
		this.#fields("AnyValue", end, (number, wire) => {
			if (number === 1) value = this.#string(wire);
			else if (number === 2) value = this.#bool(wire);
			else if (number === 3) value = this.#int64(wire);
			else if (number === 4) value = this.#double(wire);
			else if (number === 5) value = this.#list(this.#end(wire), depth);
			else if (number === 6) value = this.#map(this.#end(wire), depth);
			else if (number === 7) value = this.#slice(wire);
			else return false;
			return true;
		});
		return value;
	}

	#list(end: number, depth: number): AnyValue[] {
		const list: AnyValue[] = [];
		this.#fields("ArrayValue", end, (number, wire) => {
			if (number !== 1) return false;
			list.push(this.#value(this.#end(wire), depth + 1));
			return true;
		});
		return list;
	}

	#map(end: number, depth: number): Attributes {
		const map = Object.create(null) as Attributes;
		this.#fields("KeyValueList", end, (number, wire) => {
			if (number !== 1) return false;
			const [key, value] = this.#keyValue(wire, depth);
			map[key] = value;
			return true;
		});
		return map;
	}

	#expect(wire: number, wanted: number): void {
		if (wire !== wanted) throw new Malformed(`wire type ${wire} where ${wanted} belongs`);
	}

	/** End of the length-delimited field that starts here. */
	#end(wire: number): number {
		this.#expect(wire, LENGTH);
		const length = this.#reader.uint32();
		const end = this.#reader.pos + length;
		if (end > this.#bytes.length) throw new Malformed("the bytes end inside of a field");
		return end;
	}

	#slice(wire: number): Buffer {
		const end = this.#end(wire);
		const slice = this.#bytes.subarray(this.#reader.pos, end);
		this.#reader.pos = end;
		return slice;
	}

	#string(wire: number): string {
		const end = this.#end(wire);
		const text = this.#bytes.toString("utf8", this.#reader.pos, end);
		this.#reader.pos = end;
		return text;
	}

	#bool(wire: number): boolean {
		this.#expect(wire, VARINT);
		return this.#varint64() !== 0n;
	}

	#int64(wire: number): bigint {
		this.#expect(wire, VARINT);
		return BigInt.asIntN(64, this.#varint64());
	}

	#double(wire: number): number {
		this.#expect(wire, FIXED64);
		return this.#reader.double();
	}

	#fixed64(wire: number): bigint {
		this.#expect(wire, FIXED64);
		const at = this.#reader.pos;
		if (at + 8 > this.#bytes.length) throw new Malformed("the bytes end inside of a field");
		this.#reader.pos = at + 8;
		return this.#bytes.readBigUInt64LE(at);
	}

	#varint64(): bigint {
		let low = 0;
		let value = 0n;
		for (let i = 0; i < 10; i++) {
			const byte = this.#bytes[this.#reader.pos++];
			if (byte === undefined) break;
			// The common case, four bytes, without bigint arithmetic.
			if (i < 4) low |= (byte & 0x7f) << (7 * i);
			else value |= BigInt(byte & 0x7f) << BigInt(7 * i);
			if (byte < 0x80) return BigInt.asUintN(64, value | BigInt(low));
		}
		throw new Malformed("a number does not end");
	}
}

function hexId(bytes: Buffer): string {
	return bytes.every((byte) => byte === 0) ? "" : bytes.toString("hex");
}
