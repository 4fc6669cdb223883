/** One error as all examples show it. */
import type { Alert, Silence } from "./alerts.ts";
import type { ErrorEvent, Issue, IssueState } from "./errors.ts";

const IMMEDIATE = ["Check that 10.0.3.7:5432 is listening and that the address is the right one."];
const PREVENTIVE = ["Retry connections with exponential back-off and jitter, within a deadline."];
const DOCS = ["https://nodejs.org/api/errors.html#common-system-errors"];

export const EXAMPLE_ISSUE: Issue = {
	fingerprint: "3f2a9c1d5b7e40a8b6c2d1e0f9a87654",
	code: "NET_CONN_REFUSED",
	pattern: "network.connection_refused",
	category: "network",
	severity: "high",
	retryable: true,
	exceptionType: "Error",
	message: "connect ECONNREFUSED 10.0.3.7:5432",
	template: "connect ECONNREFUSED <addr>",
	count: 42,
	unhandled: 0,
	services: ["checkout"],
	environments: ["production"],
	firstSeen: "2026-11-23T08:15:30.123000000Z",
	lastSeen: "2026-11-24T09:01:02.000000000Z",
	firstRelease: "1.4.0",
	lastRelease: "1.4.1",
	traces: 40,
	immediate: IMMEDIATE,
	preventive: PREVENTIVE,
	docs: DOCS,
	members: [],
};

export const EXAMPLE_STATE: IssueState = {
	status: "resolved",
	since: "2026-11-24T09:30:00.000Z",
	reason: "in the next release",
	actor: "local",
	assignee: "team-checkout",
	comments: 1,
};

export const EXAMPLE_EVENT: ErrorEvent = {
	eventId: "0192f0c1a2b37c4d8e9fa0b1c2d3e4f5",
	timestamp: "2026-11-24T09:01:02.000000000Z",
	fingerprint: EXAMPLE_ISSUE.fingerprint,
	code: "NET_CONN_REFUSED",
	category: "network",
	severity: "high",
	retryable: true,
	handled: true,
	signal: "log",
	service: "checkout",
	environment: "production",
	release: "1.4.1",
	traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
	spanId: "00f067aa0ba902b7",
	exceptionType: "Error",
	message: "connect ECONNREFUSED 10.0.3.7:5432",
	stacktrace: "Error: connect ECONNREFUSED 10.0.3.7:5432\n    at createOrder (/app/src/orders.js:12:9)",
	template: "connect ECONNREFUSED <addr>",
	taskName: "nightly-export",
	taskId: "t-71",
	immediate: IMMEDIATE,
	preventive: PREVENTIVE,
	docs: DOCS,
	body: "order failed",
	count: 1,
	runId: "",
	attributes: { "http.route": "/orders" },
	resource: { "service.name": "checkout" },
};

export const EXAMPLE_ALERT: Alert = {
	id: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
	rule: "new errors",
	kind: "new",
	subject: `issue:${EXAMPLE_ISSUE.fingerprint}`,
	issue: EXAMPLE_ISSUE.fingerprint,
	service: "checkout",
	code: EXAMPLE_ISSUE.code,
	severity: EXAMPLE_ISSUE.severity,
	summary: "New error NET_CONN_REFUSED in checkout: connect ECONNREFUSED 10.0.3.7:5432",
	state: "firing",
	flapping: false,
	firedAt: "2026-11-24T09:01:15.000Z",
	resolvedAt: null,
	deliveries: [
		{
			at: "2026-11-24T09:01:15.310Z",
			channel: "ops",
			id: "0f8fad5b-d9cb-469f-a165-70867728950e",
			outcome: "delivered",
			attempts: 1,
			detail: "200",
		},
	],
};

export const EXAMPLE_SILENCE: Silence = {
	id: "d9428888-122b-41e1-b85c-61a1c5b1a9d4",
	actor: "local",
	rule: "",
	issue: "",
	service: "checkout",
	code: "",
	until: "2026-11-24T11:01:00.000Z",
	comment: "deploying",
};
