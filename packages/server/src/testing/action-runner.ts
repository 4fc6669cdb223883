/** A process that runs approved actions until it is killed: `<ClickHouse URL> <database> <book> <file of actions>`. */
import { builtinCatalog, createRedactor } from "@errata/catalog";
import { openStore } from "@errata/store";
import { readActions } from "../actions/actions-file.ts";
import { openActionBook } from "../actions/book.ts";
import { createRunner } from "../actions/runner.ts";

const [url, database, book, file] = process.argv.slice(2) as [string, string, string, string];
createRunner({
	file: readActions(file, process.env),
	book: openActionBook(book),
	store: (tenant) => openStore({ url, database, tenant }),
	catalog: builtinCatalog(),
	redactor: createRedactor(),
	runs: true,
	pollMs: 50,
	log: (line) => console.error(line),
}).start();
