/** Requests through a graph, with what fails on the way: spans and records as programs would leave them, and why. */
import type { Dice } from "./dice.ts";
import type { Fault, Request, Visits } from "./faults.ts";
import type { Call, Graph, Host, Operation, Service } from "./graph.ts";
import { type Said, saidOf, stackOf, type Target, type Trouble } from "./libraries.ts";

export interface Spanned {
	readonly trace: string;
	readonly id: string;
	readonly parent: string;
	readonly link: string;
	readonly service: Service;
	readonly host: Host;
	readonly kind: "Server" | "Client" | "Producer" | "Consumer";
	readonly name: string;
	readonly start: number;
	ms: number;
	failed: boolean;
	readonly attributes: Record<string, string>;
	readonly events: { readonly at: number; readonly said: Said; readonly stack: string }[];
}

export interface Logged {
	readonly uid: string;
	readonly trace: string;
	readonly span: string;
	readonly service: Service;
	readonly host: Host;
	readonly at: number;
	readonly said: Said;
	readonly stack: string;
}

/** Why an error was told. */
export interface Why {
	/** What it follows from, in the end: a fault, or an accident that struck one request. */
	readonly cause: string;
	/** Told by the one that it happened to, not by one that waited for it. */
	readonly first: boolean;
	/** Which request it belongs to; deliveries and retries of one request are no occurrences of their own. */
	readonly request: number;
}

export interface Traffic {
	readonly spans: Spanned[];
	readonly logs: Logged[];
	/** By uid of a record, or `trace span` of an event. */
	readonly why: Map<string, Why>;
	/** Traces that the fault struck. */
	readonly struck: Set<string>;
	readonly visits: Visits;
}

interface Context {
	readonly trace: string;
	readonly parent: string;
}

interface Outcome {
	readonly end: number;
	readonly failed?: string | undefined;
	readonly slow?: string | undefined;
}

export function trafficOf(
	graph: Graph,
	requests: readonly Request[],
	fault: Fault | undefined,
	dice: Dice,
	baggage: boolean,
): Traffic {
	const run = new Run(graph, fault, dice, baggage);
	for (const request of requests) run.request(request);
	return run;
}

class Run implements Traffic {
	readonly spans: Spanned[] = [];
	readonly logs: Logged[] = [];
	readonly why = new Map<string, Why>();
	readonly struck = new Set<string>();
	readonly visits;
	#accidents = 0;
	#requests = 0;
	readonly graph: Graph;
	readonly fault: Fault | undefined;
	readonly dice: Dice;
	readonly baggage: boolean;

	constructor(graph: Graph, fault: Fault | undefined, dice: Dice, baggage: boolean) {
		[this.graph, this.fault, this.dice, this.baggage] = [graph, fault, dice, baggage];
		const none = (of: readonly unknown[]): number[] => of.map(() => 0);
		this.visits = {
			services: none(graph.services),
			peers: none(graph.peers),
			consumers: none(graph.services),
			operations: new Map<string, number>(),
		};
	}

	request(request: Request): void {
		this.#requests++;
		this.#serve(0, request.route, request, { trace: this.dice.hex(32), parent: "" }, request.at, "Server");
	}

	#accident(): string {
		return `accident ${this.#accidents++}`;
	}

	#serve(
		i: number,
		o: number,
		request: Request,
		from: Context,
		start: number,
		kind: "Server" | "Consumer",
		link = "",
	): Outcome {
		const service = this.graph.services[i] as Service;
		const operation = service.operations[o] as Operation;
		const { dice, fault } = this;
		(this.visits.services[i] as number)++;
		if (kind === "Consumer") (this.visits.consumers[i] as number)++;
		const host = dice.pick(service.hosts.filter((h) => h.region === request.region));
		const span = this.#span(
			service,
			host,
			from,
			kind,
			operation.route,
			start,
			this.#carried(i, operation, request, kind),
			link,
		);
		const context = (): Context =>
			service.dark ? { trace: dice.hex(32), parent: "" } : { trace: from.trace, parent: span.id };
		let at = start + dice.around(2);
		let failed: string | undefined;
		let slow: string | undefined;
		const inside = fault?.inside(i, o, host, request, start);
		if (inside?.slowMs !== undefined) [at, slow] = [at + inside.slowMs, fault?.cause];
		const mine =
			inside?.said !== undefined && (inside.consumerOnly !== true || kind === "Consumer") ? inside.said : undefined;
		if (mine !== undefined && fault !== undefined) {
			failed = fault.cause;
			this.#tell(service, host, span, mine, `Own${o}`, at, { cause: failed, first: true });
		} else if (dice.chance(operation.flaky)) {
			failed = this.#accident();
			this.#tell(service, host, span, operation.bug, `Own${o}`, at, { cause: failed, first: true });
		}
		for (const call of failed === undefined ? operation.calls : []) {
			const done = this.#call(service, host, call, request, context, span, at);
			at = done.end;
			slow ??= done.slow;
			if (done.failed === undefined || !call.critical) continue;
			failed = done.failed;
			break;
		}
		at += dice.around(3);
		span.ms = at - start;
		span.failed = failed !== undefined;
		return { end: at, failed, slow };
	}

	/** What an entry span carries of its request. */
	#carried(i: number, operation: Operation, request: Request, kind: string): Record<string, string> {
		const own: Record<string, string> =
			kind === "Consumer"
				? { "messaging.system": "kafka", "messaging.destination.name": operation.route.slice(1).replace("/", ".") }
				: { "http.request.method": "POST", "http.route": operation.route };
		if (i > 0 && !this.baggage) return own;
		return {
			...own,
			"app.tenant.id": request.tenant,
			"app.flag.new_flow": request.flag,
			"app.client.os": request.os,
			"app.plan": request.plan,
		};
	}

	#span(
		service: Service,
		host: Host,
		{ trace, parent }: Context,
		kind: Spanned["kind"],
		name: string,
		start: number,
		attributes: Record<string, string>,
		link = "",
	): Spanned {
		const span: Spanned = {
			trace,
			id: this.dice.hex(16),
			parent,
			link,
			service,
			host,
			kind,
			name,
			start,
			ms: 1,
			failed: false,
			attributes,
			events: [],
		};
		if (!service.dark) this.spans.push(span);
		return span;
	}

	#tell(
		service: Service,
		host: Host,
		span: Spanned,
		said: Said,
		place: string,
		at: number,
		told: Omit<Why, "request">,
	): void {
		const { fault } = this;
		const why = { ...told, request: this.#requests };
		if (fault !== undefined && why.cause === fault.cause) this.struck.add(span.trace);
		if (service.tells === "status" && !service.dark) return;
		const stack = stackOf(service.language, said, service.name, place);
		if (service.tells === "event" && !service.dark) {
			span.events.push({ at, said, stack });
			this.why.set(`${span.trace} ${span.id}`, why);
			return;
		}
		const uid = this.dice.hex(32);
		this.why.set(uid, why);
		this.logs.push({
			uid,
			trace: service.untraced ? "" : span.trace,
			span: service.untraced ? "" : span.id,
			service,
			host,
			at,
			said,
			stack,
		});
	}

	#call(
		service: Service,
		host: Host,
		call: Call,
		request: Request,
		context: () => Context,
		own: Spanned,
		start: number,
	): Outcome {
		if (call.queue) return this.#send(service, host, call, request, context(), start);
		const target = this.#target(call);
		let at = start;
		let slow: string | undefined;
		for (let attempt = 1; ; attempt++) {
			const from = context();
			const span = this.#span(
				service,
				host,
				from,
				"Client",
				`${call.system} ${target.path}`,
				at,
				clientAttributes(call, target),
			);
			const tried = this.#attempt(call, request, { trace: from.trace, parent: service.dark ? "" : span.id }, at + 1);
			slow ??= tried.slow;
			const over = tried.end - at > call.timeoutMs;
			const end = over ? at + call.timeoutMs : tried.end;
			span.ms = end - at;
			at = end;
			const trouble: Exclude<Trouble, "bug"> | undefined = over ? "timeout" : tried.trouble;
			if (trouble === undefined) return { end, slow };
			span.failed = true;
			const cause = over ? (tried.slow ?? tried.failed ?? this.#accident()) : (tried.failed as string);
			if (attempt < call.attempts) {
				at += 50 * 2 ** attempt;
				continue;
			}
			if (call.critical || call.id % 2 === 0)
				this.#tell(
					service,
					host,
					service.tells === "event" ? span : own,
					saidOf(service.language, trouble, { ...target, status: tried.status }),
					`Step${call.id}`,
					at,
					{ cause, first: trouble !== "status" },
				);
			return { end: at, failed: cause, slow };
		}
	}

	#attempt(
		call: Call,
		request: Request,
		from: Context,
		at: number,
	): Outcome & { trouble?: Exclude<Trouble, "bug"> | undefined; status: number } {
		const { dice, fault } = this;
		if ("peer" in call.to) {
			(this.visits.peers[call.to.peer] as number)++;
			const effect = fault?.peer(call.to.peer, request, at);
			if (effect === "refused")
				return { end: at + dice.around(2), trouble: "refused", failed: fault?.cause, status: 0 };
			if (effect === "slow") return { end: at + 3500 + dice() * 12_000, slow: fault?.cause, status: 0 };
			if (dice.chance(0.001))
				return { end: at + dice.around(3), trouble: "refused", failed: this.#accident(), status: 0 };
			return { end: at + dice.around(8), status: 0 };
		}
		const { service, operation } = call.to;
		const effect = fault?.arriving(service, at);
		if (effect === "refused") return { end: at + dice.around(2), trouble: "refused", failed: fault?.cause, status: 0 };
		if (effect === "overloaded" && dice.chance(0.8)) return this.#overloaded(service, operation, request, from, at);
		const done = this.#serve(service, operation, request, from, at, "Server");
		return { ...done, end: done.end + 1, trouble: done.failed === undefined ? undefined : "status", status: 500 };
	}

	/** It answers 503 at once; some of it says so. */
	#overloaded(i: number, o: number, request: Request, from: Context, at: number) {
		const service = this.graph.services[i] as Service;
		const host = this.dice.pick(service.hosts.filter((h) => h.region === request.region));
		const cause = (this.fault as Fault).cause;
		const operation = service.operations[o] as Operation;
		(this.visits.services[i] as number)++;
		const span = this.#span(
			service,
			host,
			from,
			"Server",
			operation.route,
			at,
			this.#carried(i, operation, request, "Server"),
		);
		span.failed = true;
		span.ms = 3;
		const said = { type: "", message: "too many requests in flight: 256 of 256, request refused" };
		this.#tell(service, host, span, said, "Admission", at + 1, { cause, first: true });
		return { end: at + 4, trouble: "status" as const, failed: cause, status: 503 };
	}

	#send(service: Service, host: Host, call: Call, request: Request, from: Context, at: number): Outcome {
		if (!("service" in call.to)) return { end: at };
		const { service: to, operation } = call.to;
		const name = (this.graph.services[to] as Service).name;
		const span = this.#span(service, host, from, "Producer", `${name} send`, at, {
			"messaging.system": "kafka",
			"messaging.destination.name": name,
		});
		span.ms = this.dice.around(3);
		const linked = call.id % 2 === 0;
		let when = at + 20 + this.dice() * 1500;
		for (let delivery = 0; delivery < 3; delivery++) {
			const there = linked
				? { trace: this.dice.hex(32), parent: "" }
				: { trace: from.trace, parent: service.dark ? "" : span.id };
			const done = this.#serve(
				to,
				operation,
				request,
				there,
				when,
				"Consumer",
				linked && !service.dark ? `${from.trace} ${span.id}` : "",
			);
			if (done.failed === undefined) break;
			when = done.end + 1000 * 2 ** delivery;
		}
		return { end: at + span.ms };
	}

	#target(call: Call): Target {
		const shared = { system: call.system, timeoutMs: call.timeoutMs, status: 500 };
		if ("peer" in call.to) {
			const { host, ip, port } = this.graph.peers[call.to.peer] as Graph["peers"][number];
			return { ...shared, host, ip, port, path: "/v1/charges" };
		}
		const { name, ip, port, operations } = this.graph.services[call.to.service] as Service;
		return { ...shared, host: name, ip, port, path: (operations[call.to.operation] as Operation).route };
	}
}

function clientAttributes(call: Call, { host, port, system, path }: Target): Record<string, string> {
	const where = { "server.address": host, "server.port": String(port) };
	if (system === "grpc") return { ...where, "rpc.system": "grpc", "rpc.method": path };
	if (system !== "http") return { ...where, "db.system.name": system };
	return {
		...where,
		"http.request.method": "POST",
		"url.full": `http://${host}:${port}${path}`,
		...(call.attempts > 1 ? { "http.request.resend_count": "0" } : {}),
	};
}
