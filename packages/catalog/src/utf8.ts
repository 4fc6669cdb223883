/** Byte-wise text: everything SPEC.md limits, cuts and sorts is counted in bytes of well-formed UTF-8. */

/** Number of UTF-8 bytes of `text`; a lone surrogate counts as the three bytes of U+FFFD. */
export function utf8Length(text: string): number {
	let bytes = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 0x80) bytes += 1;
		else if (unit < 0x800) bytes += 2;
		else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
			bytes += 4;
			i++;
		} else bytes += 3;
	}
	return bytes;
}

/**
 * The longest prefix of `text` that is at most `maxBytes` bytes and ends between code points.
 * Lone surrogates become U+FFFD, as they do on the wire.
 */
export function cutUtf8(text: string, maxBytes: number): string {
	if (text.length * 3 <= maxBytes || (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes))
		return text.toWellFormed();
	let bytes = 0;
	let i = 0;
	while (i < text.length) {
		const unit = text.charCodeAt(i);
		let size = 3;
		let units = 1;
		if (unit < 0x80) size = 1;
		else if (unit < 0x800) size = 2;
		else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
			size = 4;
			units = 2;
		}
		if (bytes + size > maxBytes) break;
		bytes += size;
		i += units;
	}
	return (i === text.length ? text : text.slice(0, i)).toWellFormed();
}

/** Order of two strings by their UTF-8 bytes, which is the order of their code points. */
export function compareUtf8(a: string, b: string): number {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x === y) continue;
		// UTF-16 order differs from code point order only where one side is a surrogate.
		const xs = x >= 0xd800 && x < 0xe000;
		const ys = y >= 0xd800 && y < 0xe000;
		if (xs !== ys) return xs ? 1 : -1;
		return x - y;
	}
	return a.length - b.length;
}

function isLow(unit: number): boolean {
	return unit >= 0xdc00 && unit < 0xe000;
}
