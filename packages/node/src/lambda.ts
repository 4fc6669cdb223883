/**
 * AWS Lambda: `wrapHandler` reports what a handler throws, rejects with or hands to its callback, tells of a timeout before
 * it comes, and sends everything before the answer, because Lambda freezes the process behind it. The answer is the
 * handler's. Where errata is preloaded the handler that Lambda starts is wrapped by itself (`channels/lambda.ts`).
 */
import { types } from "node:util";
import { flush } from "./api.ts";
import { NODE_LIMITS } from "./limits.ts";
import { placeError } from "./origins.ts";
import { report } from "./report.ts";
import { isObject } from "./state.ts";
import { attempt } from "./values.ts";

export interface WrapHandlerOptions {
	/** Longest wait for the collector before the answer, in milliseconds. Default 2000. */
	readonly flushMs?: number;
	/** Milliseconds before the timeout at which it is told, at most a tenth of the invocation's time; 0: never. Default 500. */
	readonly timeoutMarginMs?: number;
}

/** What Lambda hands to handlers, as far as it is read here. */
interface LambdaContext {
	readonly awsRequestId?: string;
	readonly functionName?: string;
	readonly functionVersion?: string;
	readonly invokedFunctionArn?: string;
	getRemainingTimeInMillis?(): number;
}

type Callback = (error?: unknown, result?: unknown) => unknown;

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const WRAPPED = Symbol.for("errata.lambda.1");

let cold = true;

/** `handler` with its errors reported and everything sent before it answers: promise, callback and streaming handlers. */
export function wrapHandler<H extends (...args: never[]) => unknown>(handler: H, options: WrapHandlerOptions = {}): H {
	if ((handler as { [WRAPPED]?: true })[WRAPPED] === true) return handler;
	const streaming = attempt(() => (handler as { [STREAMING]?: unknown })[STREAMING] === "response", false);
	const wrapped = function (this: unknown, ...args: unknown[]): unknown {
		const invocation = new Invocation(args[streaming ? 2 : 1], options);
		const callback = streaming ? undefined : args[2];
		if (typeof callback === "function") args[2] = invocation.callback(callback as Callback);
		let result: unknown;
		try {
			result = Reflect.apply(handler, this, args);
		} catch (error) {
			invocation.failed(error);
			return invocation.end().then(() => Promise.reject(error));
		}
		// Without a promise the answer comes by the callback, if there is one.
		if (!isThenable(result)) return typeof callback === "function" ? result : invocation.end().then(() => result);
		return Promise.resolve(result).then(
			(value) => invocation.end().then(() => value),
			(error: unknown) => {
				invocation.failed(error);
				return invocation.end().then(() => Promise.reject(error));
			},
		);
	};
	// The runtime tells streams by a symbol and callbacks by the number of parameters.
	Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(handler));
	Object.defineProperty(wrapped, WRAPPED, { value: true });
	return wrapped as unknown as H;
}

/** One call of a handler. */
class Invocation {
	readonly #attributes: Readonly<Record<string, unknown>>;
	readonly #flushMs: number;
	readonly #timer: NodeJS.Timeout | undefined;

	constructor(given: unknown, { flushMs = NODE_LIMITS.flushMs, timeoutMarginMs }: WrapHandlerOptions) {
		const context = (isObject(given) ? given : {}) as LambdaContext;
		this.#flushMs = flushMs;
		this.#attributes = attempt(() => attributesOf(context), {});
		cold = false;
		const margin = timeoutMarginMs ?? NODE_LIMITS.timeoutMarginMs;
		this.#timer = margin > 0 ? this.#watchTimeout(context, margin) : undefined;
	}

	failed(error: unknown): void {
		// The span of the invocation, where there is one, recorded it first; its record is said better here.
		placeError(error, { attributes: this.#attributes });
		this.#report(error);
	}

	/** The invocation answers now. Never rejects. */
	end(): Promise<void> {
		clearTimeout(this.#timer);
		return flush({ timeoutMs: this.#flushMs });
	}

	callback(original: Callback): Callback {
		return (error, result) => {
			if (error !== undefined && error !== null) this.failed(error);
			void this.end().then(() => original(error, result));
		};
	}

	#report(error: unknown): void {
		report({
			error,
			handled: false,
			severity: "error",
			eventName: "faas.invocation.exception",
			again: true,
			attributes: this.#attributes,
		});
	}

	#watchTimeout(context: LambdaContext, margin: number): NodeJS.Timeout | undefined {
		const left = attempt(() => Number(context.getRemainingTimeInMillis?.()), Number.NaN);
		if (!(left > 0)) return undefined;
		const timer = setTimeout(
			() => {
				const seconds = (left / 1_000).toFixed(2);
				this.#report(new LambdaTimeoutError(`Task timed out after ${seconds} seconds`));
				void flush({ timeoutMs: margin });
			},
			left - Math.min(margin, left / 10),
		);
		return timer.unref();
	}
}

/** Says what Lambda will say in a moment, when nobody in the process can say anything any more. */
class LambdaTimeoutError extends Error {
	override readonly name = "LambdaTimeoutError";

	constructor(message: string) {
		super(message);
		// A timer's frames: where the invocation hangs, its trace and crumbs say.
		this.stack = `${this.name}: ${message}`;
	}
}

function attributesOf(context: LambdaContext): Record<string, unknown> {
	const attributes = {
		"faas.invocation_id": context.awsRequestId,
		"faas.name": context.functionName,
		"faas.version": context.functionVersion,
		"cloud.resource_id": context.invokedFunctionArn,
		"faas.coldstart": cold,
	};
	return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

function isThenable(value: unknown): boolean {
	return types.isPromise(value) || (isObject(value) && typeof (value as { then?: unknown }).then === "function");
}
