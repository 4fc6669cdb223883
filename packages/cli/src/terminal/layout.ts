/** Lines that fit: wrapping with a hanging indent, and tables without borders. Texts are safe before they come here. */
import truncate from "cli-truncate";
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** `text` wrapped at `width`; the first line starts with `first`, the others with blanks of the same width. */
export function hang(first: string, text: string, width: number): string[] {
	const indent = " ".repeat(stringWidth(first));
	const room = width - indent.length;
	const lines: string[] = [];
	for (const line of text.split("\n")) {
		if (!Number.isFinite(width) || stringWidth(line) <= room) lines.push(line);
		else lines.push(...wrapAnsi(line, Math.max(room, 16), { hard: true, trim: true }).split("\n"));
	}
	return lines.map((line, i) => ((i === 0 ? first : indent) + line).trimEnd());
}

/** `text` in at most `width` columns, with an ellipsis where it was cut. */
export function fit(text: string, width: number, position: "end" | "middle" | "start" = "end"): string {
	return Number.isFinite(width) ? truncate(text, Math.max(width, 1), { position }) : text;
}

/** `text` padded to `width` columns. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
	const blanks = " ".repeat(Math.max(0, width - stringWidth(text)));
	return align === "left" ? text + blanks : blanks + text;
}

export interface Column {
	readonly head: string;
	readonly align?: "left" | "right";
	/** Takes what room is left, cut with an ellipsis; one column of a table at most. */
	readonly flexible?: boolean;
	readonly paint?: (text: string, row: number) => string;
}

/** Rows as aligned columns under their heads, `width` columns wide at most. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
	const widths = columns.map((column, i) =>
		Math.max(stringWidth(column.head), ...rows.map((row) => stringWidth(row[i] ?? ""))),
	);
	const gap = 2;
	const flexible = columns.findIndex((column) => column.flexible === true);
	if (flexible !== -1 && Number.isFinite(width)) {
		const others = widths.reduce((sum, w, i) => (i === flexible ? sum : sum + w + gap), 0);
		widths[flexible] = Math.min(widths[flexible] ?? 0, Math.max(width - others, 12));
	}
	const render = (cells: readonly string[], row: number): string =>
		cells
			.map((cell, i) => {
				const column = columns[i] as Column;
				const cut = i === flexible ? fit(cell, widths[i] as number) : cell;
				const last = i === columns.length - 1 && column.align !== "right";
				const padded = last ? cut : pad(cut, widths[i] as number, column.align ?? "left");
				return row >= 0 && column.paint !== undefined ? column.paint(padded, row) : padded;
			})
			.join(" ".repeat(gap))
			.trimEnd();
	return [
		render(
			columns.map((column) => column.head),
			-1,
		),
		...rows.map((cells, row) => render(cells, row)),
	];
}
