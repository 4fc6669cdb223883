/** What operations on actions work with: the configuration, and the book of what was proposed. */
import type { Redactor } from "@errata/catalog";
import type { ActionsFile } from "./actions-file.ts";
import type { ActionBook } from "./book.ts";

export interface ActionDesk {
	readonly file: ActionsFile;
	readonly book: ActionBook;
	readonly redactor: Redactor;
}
