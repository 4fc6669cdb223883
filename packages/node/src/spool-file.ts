/**
 * The bytes of a spool file: a magic line, then entries. One entry is `length` (u32), `crc32` (u32), `records` (u16), all
 * little-endian, then the bytes of one OTLP ExportLogsServiceRequest, already redacted. A writer that dies in the middle
 * of an entry leaves a tail that the checksum gives away. Files and directories belong to `spool.ts`.
 */
import { crc32 } from "node:zlib";

const MAGIC = Buffer.from("errata-spool 1\n");
const HEAD = 10;
/** Bytes of one entry: a batch of rich records; more is not ours. */
const ENTRY_BYTES = 67_108_864;

export interface SpoolEntry {
	/** Records in the request. */
	readonly records: number;
	readonly bytes: Uint8Array;
}

export function encodeHeader(): Buffer {
	return MAGIC;
}

export function encodeEntry(entry: SpoolEntry): Buffer {
	const buffer = Buffer.allocUnsafe(HEAD + entry.bytes.byteLength);
	buffer.writeUInt32LE(entry.bytes.byteLength, 0);
	buffer.writeUInt32LE(crc32(entry.bytes), 4);
	buffer.writeUInt16LE(Math.min(entry.records, 65_535), 8);
	buffer.set(entry.bytes, HEAD);
	return buffer;
}

/** The whole entries of a file, in order; `damaged` if something follows them that is not one. */
export function decode(file: Buffer): { entries: SpoolEntry[]; damaged: boolean } {
	const entries: SpoolEntry[] = [];
	if (!file.subarray(0, MAGIC.length).equals(MAGIC)) return { entries, damaged: file.length > 0 };
	let at = MAGIC.length;
	while (at + HEAD <= file.length) {
		const length = file.readUInt32LE(at);
		const bytes = file.subarray(at + HEAD, at + HEAD + length);
		if (length > ENTRY_BYTES || bytes.length < length || crc32(bytes) !== file.readUInt32LE(at + 4)) break;
		entries.push({ records: file.readUInt16LE(at + 8), bytes });
		at += HEAD + length;
	}
	return { entries, damaged: at < file.length };
}
