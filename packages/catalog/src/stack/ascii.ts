/** The only letters, digits and lower case that SPEC.md knows: ASCII. No reader of messages or stacks asks Unicode. */

export function isDigit(unit: number): boolean {
	return unit >= 48 && unit <= 57;
}

export function isLetter(unit: number): boolean {
	return (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}

/** A to F in either case. */
export function isHexLetter(unit: number): boolean {
	return (unit >= 65 && unit <= 70) || (unit >= 97 && unit <= 102);
}

const UPPER = /[A-Z]+/gu;

/** A-Z to a-z and nothing else. */
export function lowerAscii(text: string): string {
	let upper = false;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0x80) return text.replace(UPPER, (run) => run.toLowerCase());
		if (unit >= 65 && unit <= 90) upper = true;
	}
	return upper ? text.toLowerCase() : text;
}
