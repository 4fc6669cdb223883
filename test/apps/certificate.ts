/**
 * A self-signed certificate made at run time, so that no key lies in the repository and no tool is needed. Only as much
 * of X.509 and DER as a TLS server on 127.0.0.1 needs.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const DAY_MS = 86_400_000;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
	const body = Buffer.concat(parts);
	if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
	const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, "0"), "hex");
	return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);

/** Object identifiers as they are encoded: ecdsa-with-SHA256, commonName, subjectAltName. */
const ECDSA_SHA256 = Buffer.from("06082a8648ce3d040302", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");
const SUBJECT_ALT_NAME = Buffer.from("0603551d11", "hex");

function utcTime(ms: number): Buffer {
	const digits = new Date(ms).toISOString().replace(/[-:T]/g, "").slice(2, 14);
	return der(0x17, Buffer.from(`${digits}Z`));
}

function pem(label: string, bytes: Buffer): string {
	const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
	return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** Key and certificate for 127.0.0.1 as PEM, valid from yesterday for two days, signed by itself. */
export function selfSigned(name: string): { key: string; cert: string } {
	const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
	const subject = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
	const algorithm = sequence(ECDSA_SHA256);
	const address = der(0x87, Buffer.from([127, 0, 0, 1]));
	const extension = sequence(SUBJECT_ALT_NAME, der(0x04, sequence(address)));
	const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
	const toBeSigned = sequence(
		der(0xa0, der(0x02, Buffer.from([2]))),
		der(0x02, serial),
		algorithm,
		subject,
		sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
		subject,
		publicKey.export({ type: "spki", format: "der" }),
		der(0xa3, sequence(extension)),
	);
	const signature = der(0x03, Buffer.from([0]), sign("sha256", toBeSigned, privateKey));
	return {
		key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
		cert: pem("CERTIFICATE", sequence(toBeSigned, algorithm, signature)),
	};
}
