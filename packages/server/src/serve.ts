/** The server put together: who may call, which store they get, the skins, one listener. */
import type { AddressInfo } from "node:net";
import { builtinCatalog, type Catalog, ErrataError, type RedactionOptions, type Redactor } from "@errata/catalog";
import type { RetentionRule, Store } from "@errata/store";
import { createAccess, createRefusals, type OidcOptions } from "./access/index.ts";
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
	/** Default 127.0.0.1. Beyond loopback every request needs a key or a token. */
	readonly host?: string | undefined;
	/** Tenant of the machine's own user, who needs no key on loopback. Default "". */
	readonly tenant?: string | undefined;
	/** Ask for a key on loopback too: a proxy on this machine passes on what others send. */
	readonly requireKey?: boolean | undefined;
	/** Take tokens of this issuer. */
	readonly oidc?: OidcOptions | undefined;
	/** Requests of one caller in a minute; default `LIMITS.requestsPerMinute`. */
	readonly requestsPerMinute?: number | undefined;
	/** Default 4390; 0 means any free one. */
	readonly port?: number | undefined;
	/** Describe what arrives undescribed, redacted by this; leave out where errata local does it. */
	readonly classify?: Redactor | undefined;
	/** Background work: alerts by these rules, told to their channels; what is kept no longer deleted; its state in this file, held by one server at a time. */
	readonly work?:
		| {
				readonly file: string;
				readonly rules?: RulesFile | undefined;
				readonly retention?: readonly RetentionRule[] | undefined;
				readonly redactor: Redactor;
		  }
		| undefined;
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

/** Throws ErrataError if the port is taken, or if it shall listen beyond this machine and there is neither a key nor an issuer. */
export async function startServer(options: ServerOptions): Promise<Server> {
	const host = options.host ?? "127.0.0.1";
	const port = options.port ?? 4390;
	const loopback = LOOPBACK.has(host);
	const root = options.store("");
	if (!loopback && options.oidc === undefined && (await root.keysAlive()) === 0) throw needsKeys(host);
	const log = options.log ?? (() => {});
	const now = () => Date.now();
	const catalog = options.catalog ?? builtinCatalog();
	const open = loopback && options.requireKey !== true;
	const access = createAccess({ store: root, open, tenant: options.tenant ?? "", oidc: options.oidc, now, log });
	const refusals = createRefusals(options.store, now, log);
	const call = (caller: Caller, signal: AbortSignal): Call => ({
		store: options.store(caller.tenant),
		catalog,
		redaction: options.redaction,
		caller,
		rules: options.work?.rules,
		actions: options.actions,
		forgetKey: access.forget,
		now,
		signal,
	});
	const { requestsPerMinute } = options;
	const made = await createApp({
		operations: IMPLEMENTED,
		loopback,
		access,
		refusals,
		...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
		call,
		log,
	});
	mcpRoute(made, { call });
	const app = made.fastify;
	try {
		await app.listen({ host, port });
	} catch (error) {
		throw listenFailure(error, host, port);
	}
	const bound = (app.server.address() as AddressInfo).port;
	const { classify } = options;
	const arrivals = classify === undefined ? undefined : root.classifyArrivals({ catalog, redactor: classify, log });
	const worker = options.work === undefined ? undefined : createWorker({ ...options.work, store: options.store, log });
	worker?.start();
	const runner = actionRunner(options, catalog, log);
	runner?.start();
	return {
		url: `http://${loopback ? "localhost" : shown(host)}:${bound}`,
		port: bound,
		stop: async () => {
			const forced = setTimeout(() => app.server.closeAllConnections(), LIMITS.drainMs);
			await Promise.all([app.close(), arrivals?.stop(), worker?.stop(), runner?.stop()]);
			clearTimeout(forced);
			await refusals.stop();
		},
	};
}

function actionRunner(options: ServerOptions, catalog: Catalog, log: (line: string) => void): Runner | undefined {
	const { actions, store } = options;
	if (actions === undefined) return undefined;
	return createRunner({ ...actions, runs: actions.run, redaction: options.redaction, store, catalog, log });
}

/** A host in a URL. */
function shown(host: string): string {
	return host.includes(":") ? `[${host}]` : host;
}

function needsKeys(host: string): ErrataError {
	return new ErrataError({
		operation: "serve on",
		subject: host,
		cause: "beyond this machine every request needs a key, and there is none yet",
		remedy:
			"Make one with `errata keys create <name> --role admin`, or set serve.oidc.issuer and serve.oidc.audience, or leave --host out",
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
