/** Actions while ClickHouse is away: over HTTP, against a port where nobody listens. */
import {
	actionsApprove,
	actionsCancel,
	actionsGet,
	actionsList,
	actionsLog,
	actionsPropose,
	actionsReject,
	createClient,
} from "@errata/api";
import { openStore } from "@errata/store";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { errorRow, type Served, served } from "../testing/served.ts";

const away = openStore({ url: "http://127.0.0.1:1" });
/** What does not reach ClickHouse. */
let gone: "nothing" | "all" | "actions" = "nothing";
let s: Served | undefined;
let fingerprint = "";
beforeAll(async () => {
	s = await served(inject("clickhouseUrl"), {
		store: (tenant) => {
			const store = (gone === "all" || s === undefined ? away : s.store).forTenant(tenant);
			return gone === "actions" ? { ...store, appendActionEvents: away.appendActionEvents } : store;
		},
		classify: undefined,
		work: undefined,
	});
	const row = errorRow({ message: "connect ECONNREFUSED 10.0.3.7:5432" });
	fingerprint = row.LogAttributes["errata.fingerprint"] ?? "";
	await s.store.insertLogs([row]);
});
afterAll(async () => {
	await s?.stop();
	await away.close();
});

const client = () => createClient({ url: (s as Served).server.url });
const problem = (asked: Promise<unknown>): Promise<unknown> =>
	asked.then(
		() => "answered",
		(error: { problem?: unknown }) => error.problem ?? error,
	);

const all = [actionsApprove, actionsReject, actionsCancel] as const;
const propose = async (action: string) => (await client().call(actionsPropose, { fingerprint, action })).action.id;
const stored = async (id: string) => (await (s as Served).store.actionEvents(id)).map(({ event }) => event);
const told = async (id: string) => (await client().call(actionsLog, { id })).log.map(({ event }) => event);

test("a change that cannot be written into the trail is not made: the problem says so, and it can be made later", async () => {
	const ids = [await propose("hook-1"), await propose("hook-2"), await propose("hook-3")] as const;
	gone = "all";
	const away = { status: 503, code: "STORE_UNAVAILABLE" };
	for (const [i, operation] of all.entries())
		expect(await problem(client().call(operation, { id: ids[i] as string }))).toMatchObject(away);
	expect(await problem(client().call(actionsPropose, { fingerprint, action: "hook-4" }))).toMatchObject(away);
	expect(await problem(client().call(actionsList, { fingerprint }))).toMatchObject(away);
	const log = await problem(client().call(actionsLog, { id: ids[0] }));
	expect(log).toMatchObject(away);
	expect(JSON.stringify(log)).not.toMatch(/127\.0\.0\.1|SELECT|ECONNREFUSED|\/src\//u);
	const { actions } = await client().call(actionsList, {});
	expect(actions.map(({ id, state }) => `${id} ${state}`).sort()).toEqual(ids.map((id) => `${id} proposed`).sort());
	expect((await client().call(actionsGet, { id: ids[0] })).action.state).toBe("proposed");

	gone = "nothing";
	for (const [i, operation] of all.entries()) await client().call(operation, { id: ids[i] as string });
	for (const [i, last] of ["approved", "rejected", "cancelled"].entries())
		expect(await stored(ids[i] as string)).toEqual(["proposed", last]);
});

test("a change whose trail is refused half way is made once, told at once, and stored with the next one", async () => {
	const [id, other] = [await propose("hook-4"), await propose("hook-2")];
	gone = "actions";
	expect((await client().call(actionsApprove, { id })).action.state).toBe("approved");
	expect(await stored(id)).toEqual(["proposed"]);
	expect(await told(id)).toEqual(["proposed", "approved"]);
	gone = "nothing";
	expect(await problem(client().call(actionsApprove, { id }))).toMatchObject({ status: 409 });
	await client().call(actionsReject, { id: other });
	expect(await stored(id)).toEqual(["proposed", "approved"]);
	expect(await told(id)).toEqual(["proposed", "approved"]);
});
