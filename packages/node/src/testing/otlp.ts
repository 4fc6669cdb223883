/** For tests of this package: OTLP logs and traces off the wire, protobuf or JSON, read without the code under test. */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

export interface LogRecord {
	readonly scope: string;
	readonly timeUnixNano: bigint;
	readonly severityNumber: number;
	readonly severityText: string;
	readonly eventName: string;
	readonly body: Value;
	readonly attributes: Record<string, Value>;
	readonly traceId: string;
	readonly spanId: string;
	readonly resource: Record<string, Value>;
}

export interface SpanRecord {
	readonly scope: string;
	readonly name: string;
	readonly traceId: string;
	readonly spanId: string;
	readonly statusMessage: string;
	readonly events: readonly { readonly name: string; readonly attributes: Record<string, Value> }[];
}

/** Field number to its values in order: varints and fixed numbers as bigint, the rest as bytes. */
type Fields = Map<number, (bigint | Buffer)[]>;

function fieldsOf(bytes: Buffer): Fields {
	const fields: Fields = new Map();
	let at = 0;
	const varint = (): bigint => {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = bytes[at++] as number;
			value |= BigInt(byte & 0x7f) << shift;
			if (byte < 0x80) return value;
		}
	};
	while (at < bytes.length) {
		const tag = Number(varint());
		const wire = tag & 7;
		let value: bigint | Buffer;
		if (wire === 0) value = varint();
		else if (wire === 1) {
			value = bytes.readBigUInt64LE(at);
			at += 8;
		} else if (wire === 5) {
			value = BigInt(bytes.readUInt32LE(at));
			at += 4;
		} else {
			const length = Number(varint());
			value = bytes.subarray(at, at + length);
			at += length;
		}
		const field = tag >> 3;
		fields.set(field, [...(fields.get(field) ?? []), value]);
	}
	return fields;
}

const many = (fields: Fields, field: number): Buffer[] => (fields.get(field) ?? []) as Buffer[];
const one = (fields: Fields, field: number): Buffer => many(fields, field)[0] ?? Buffer.alloc(0);
const text = (fields: Fields, field: number): string => one(fields, field).toString("utf8");
const int = (fields: Fields, field: number): bigint => (fields.get(field)?.[0] ?? 0n) as bigint;

function anyValue(bytes: Buffer): Value {
	const fields = fieldsOf(bytes);
	if (fields.has(1)) return text(fields, 1);
	if (fields.has(2)) return int(fields, 2) === 1n;
	if (fields.has(3)) return Number(BigInt.asIntN(64, int(fields, 3)));
	if (fields.has(4)) {
		const double = Buffer.alloc(8);
		double.writeBigUInt64LE(int(fields, 4));
		return double.readDoubleLE();
	}
	if (fields.has(5)) return many(fieldsOf(one(fields, 5)), 1).map(anyValue);
	if (fields.has(6)) return keyValues(many(fieldsOf(one(fields, 6)), 1));
	if (fields.has(7)) return one(fields, 7).toString("base64");
	return null;
}

function keyValues(list: Buffer[]): Record<string, Value> {
	const result: Record<string, Value> = {};
	for (const item of list) {
		const fields = fieldsOf(item);
		result[text(fields, 1)] = anyValue(one(fields, 2));
	}
	return result;
}

export function logsFromProtobuf(bytes: Buffer): LogRecord[] {
	return many(fieldsOf(bytes), 1).flatMap((resourceLogs) => {
		const outer = fieldsOf(resourceLogs);
		const resource = keyValues(many(fieldsOf(one(outer, 1)), 1));
		return many(outer, 2).flatMap((scopeLogs) => {
			const inner = fieldsOf(scopeLogs);
			const scope = text(fieldsOf(one(inner, 1)), 1);
			return many(inner, 2).map((record) => {
				const fields = fieldsOf(record);
				return {
					scope,
					timeUnixNano: int(fields, 1),
					severityNumber: Number(int(fields, 2)),
					severityText: text(fields, 3),
					body: anyValue(one(fields, 5)),
					attributes: keyValues(many(fields, 6)),
					traceId: one(fields, 9).toString("hex"),
					spanId: one(fields, 10).toString("hex"),
					eventName: text(fields, 12),
					resource,
				};
			});
		});
	});
}

export function spansFromProtobuf(bytes: Buffer): SpanRecord[] {
	return many(fieldsOf(bytes), 1).flatMap((resourceSpans) =>
		many(fieldsOf(resourceSpans), 2).flatMap((scopeSpans) => {
			const inner = fieldsOf(scopeSpans);
			const scope = text(fieldsOf(one(inner, 1)), 1);
			return many(inner, 2).map((span) => {
				const fields = fieldsOf(span);
				return {
					scope,
					traceId: one(fields, 1).toString("hex"),
					spanId: one(fields, 2).toString("hex"),
					name: text(fields, 5),
					statusMessage: text(fieldsOf(one(fields, 15)), 2),
					events: many(fields, 11).map((event) => {
						const inEvent = fieldsOf(event);
						return { name: text(inEvent, 2), attributes: keyValues(many(inEvent, 3)) };
					}),
				};
			});
		}),
	);
}
