/** The server put together: who may call, which store they get, the skins, one listener. */
import type { AddressInfo } from "node:net";
import { builtinCatalog, type Catalog, ErrataError, type RedactionOptions, type Redactor } from "@errata/catalog";
import type { Store } from "@errata/store";
import type { ActionDesk } from "./actions/desk.ts";
import { createRunner, type Runner } from "./actions/runner.ts";
import type { RulesFile } from "./alerts/rules-file.ts";
import type { Call, Caller } from "./call.ts";
import { LIMITS } from "./limits.ts";
import { mcpRoute } from "./mcp/http.ts";
import { IMPLEMENTED } from "./operations/index.ts";
import { createApp } from "./rest/app.ts";
import { createWorker } from "./work/worker.ts";

export interface ServerOptions {
	/** The store of a tenant; closed by the one who opened it. */
	readonly store: (tenant: string) => Store;
	/** Default: the built-in one. */
	readonly catalog?: Catalog | undefined;
	/** How reports are redacted; as by default if left out. */
	readonly redaction?: RedactionOptions | undefined;
	/** Default 127.0.0.1. Another one needs keys. */
	readonly host?: string | undefined;
	/** Default 4390; 0 means any free one. */
	readonly port?: number | undefined;
	/** Describe what arrives undescribed, redacted by this; leave out where errata local does it. */
	readonly classify?: Redactor | undefined;
	/** Background work: alerts by these rules, told to their channels; its state in this file, held by one server at a time. */
	readonly work?: { readonly file: string; readonly rules: RulesFile; readonly redactor: Redactor } | undefined;
	/** What may be done about issues: kept in `book`, closed by the one who opened it; done by this server only if `run`. */
	readonly actions?: (ActionDesk & { readonly run: boolean }) | undefined;
	/** Failures of errata's own, one line each. */
	readonly log?: ((line: string) => void) | undefined;
}

export interface Server {
	/** `http://localhost:<port>` */
	readonly url: string;
	readonly port: number;
	/** Lets answers under way end, at most `LIMITS.drainMs`. */
	stop(): Promise<void>;
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** Throws ErrataError if the port is taken, or if it shall listen beyond this machine without keys. */
export async function startServer(options: ServerOptions): Promise<Server> {
	const host = options.host ?? "127.0.0.1";
	const port = options.port ?? 4390;
	if (!LOOPBACK.has(host)) throw needsKeys(host);
	const log = options.log ?? (() => {});
	const catalog = options.catalog ?? builtinCatalog();
	const call = (caller: Caller, signal: AbortSignal): Call => ({
		store: options.store(caller.tenant),
		catalog,
		redaction: options.redaction,
		caller,
		rules: options.work?.rules,
		actions: options.actions,
		now: () => Date.now(),
		signal,
	});
	const authenticate = async (): Promise<Caller> => ({ tenant: "", role: "admin", actor: "local" });
	const app = await createApp({ operations: IMPLEMENTED, loopback: true, authenticate, call, log });
	mcpRoute(app, { authenticate, call, log });
	try {
		await app.listen({ host, port });
	} catch (error) {
		throw listenFailure(error, host, port);
	}
	const bound = (app.server.address() as AddressInfo).port;
	const { classify } = options;
	const arrivals =
		classify === undefined ? undefined : options.store("").classifyArrivals({ catalog, redactor: classify, log });
	const worker = options.work === undefined ? undefined : createWorker({ ...options.work, store: options.store, log });
	worker?.start();
	const runner = actionRunner(options, catalog, log);
	runner?.start();
	return {
		url: `http://localhost:${bound}`,
		port: bound,
		stop: async () => {
			const forced = setTimeout(() => app.server.closeAllConnections(), LIMITS.drainMs);
			await Promise.all([app.close(), arrivals?.stop(), worker?.stop(), runner?.stop()]);
			clearTimeout(forced);
		},
	};
}

function actionRunner(options: ServerOptions, catalog: Catalog, log: (line: string) => void): Runner | undefined {
	const { actions, store } = options;
	if (actions === undefined) return undefined;
	return createRunner({ ...actions, runs: actions.run, redaction: options.redaction, store, catalog, log });
}

function needsKeys(host: string): ErrataError {
	return new ErrataError({
		operation: "serve on",
		subject: host,
		cause: "without keys errata serves this machine only",
		remedy: "Leave --host out, or put a proxy that authenticates in front of http://localhost:4390",
		code: "SERVE_HOST",
		exitCode: 2,
	});
}

function listenFailure(error: unknown, host: string, port: number): unknown {
	const code = (error as NodeJS.ErrnoException).code;
	if (code !== "EADDRINUSE" && code !== "EACCES") return error;
	return new ErrataError({
		operation: "serve on",
		subject: `${host}:${port}`,
		cause: code === "EACCES" ? "this user may not listen there" : "another program listens there",
		remedy: "Pass another one with --port, 0 for any free one",
		code: "SERVE_PORT",
		origin: error,
	});
}
