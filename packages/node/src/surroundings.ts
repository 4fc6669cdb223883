/**
 * What was around an error: figures of the process, related errors, crumbs, configuration. All of it is redacted here and
 * kept, because the errors of a burst share it: redacting twenty crumbs anew for each would cost more than all the rest.
 */
import type { AnyValue, RedactionCounts, Redactor } from "@errata/catalog";
import type { Budget } from "./budget.ts";
import type { Config } from "./config-keys.ts";
import { type Crumb, type Crumbs, crumbMap } from "./crumbs.ts";
import type { RecentErrors } from "./recent.ts";
import type { SystemState } from "./system.ts";
import { cutText, type Dropped, type ValueLimits } from "./values.ts";

/** Bytes of one configuration value: a list of hosts fits, a certificate does not. */
const VALUE_BYTES = 256;

export interface SurroundingsParts {
	readonly config: Config;
	readonly redactor: Redactor;
	readonly crumbs: Crumbs;
	readonly recent: RecentErrors;
	readonly system: SystemState | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
}

/** A value made once, with what making it cut and redacted. */
interface Made {
	readonly value: AnyValue;
	readonly counts: RedactionCounts;
	readonly dropped: Dropped;
}

export class Surroundings {
	readonly #parts: SurroundingsParts;
	readonly #limits: ValueLimits;
	readonly #made = new WeakMap<Crumb, Made>();
	readonly #config: Made;

	constructor(parts: SurroundingsParts, limits: ValueLimits) {
		this.#parts = parts;
		this.#limits = limits;
		this.#config = this.#configuration();
	}

	/** The attributes, redacted; what was cut and redacted is added to `dropped` and `counts`. */
	attributes(traceId: string, uid: string, budget: Budget, dropped: Dropped, counts: RedactionCounts) {
		const { system, recent } = this.#parts;
		const result: Record<string, AnyValue> = { ...system?.figures() };
		// Their messages were redacted when they were remembered.
		const related = budget.takeLast(recent.before(Date.now(), traceId, uid));
		if (related.length > 0) result["errata.related"] = related;
		const trail = this.#trail(traceId, budget, dropped, counts);
		if (trail.length > 0) result["errata.breadcrumbs"] = trail;
		if (Object.keys(this.#config.value as object).length > 0) {
			result["errata.config"] = this.#config.value;
			add(dropped, this.#config.dropped);
			add(counts, this.#config.counts);
		}
		return result;
	}

	#trail(traceId: string, budget: Budget, dropped: Dropped, counts: RedactionCounts): AnyValue[] {
		const made = this.#parts.crumbs.of(traceId).map((crumb) => this.#make(crumb));
		const trail = budget.takeLast(made.map((one) => one.value));
		for (const one of made.slice(made.length - trail.length)) {
			add(dropped, one.dropped);
			add(counts, one.counts);
		}
		return trail;
	}

	#make(crumb: Crumb): Made {
		const known = this.#made.get(crumb);
		if (known !== undefined) return known;
		const dropped: Dropped = {};
		const counts: RedactionCounts = {};
		const map = crumbMap(crumb, this.#limits, dropped);
		const made = { value: this.#parts.redactor.value(map, counts) as AnyValue, counts, dropped };
		this.#made.set(crumb, made);
		return made;
	}

	/** Read once: an environment seldom changes after the start. */
	#configuration(): Made {
		const { config, env, redactor } = this.#parts;
		const dropped: Dropped = {};
		const counts: RedactionCounts = {};
		const values: Record<string, AnyValue> = {};
		for (const name of config["config.allow"]) {
			const value = env[name];
			if (value !== undefined) values[name] = cutText(value, VALUE_BYTES, "config_bytes", dropped);
		}
		return { value: redactor.value(values, counts) as AnyValue, counts, dropped };
	}
}

function add(target: Record<string, number>, counts: Readonly<Record<string, number>>): void {
	for (const [key, number] of Object.entries(counts)) target[key] = (target[key] ?? 0) + number;
}
