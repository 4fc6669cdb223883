/** The store as one object: what everything above ClickHouse holds. Each method is a function of this package. */

import {
	type AuditEntry,
	type AuditFilter,
	type AuditInput,
	addAudit,
	addKey,
	findKey,
	type KeyInput,
	type KnownKey,
	keysAlive,
	keyUsed,
	type ListedKey,
	listAudit,
	listKeys,
	revokeKey,
} from "./access.ts";
import { type ActionEventRow, actionEvents, appendActionEvents, type StoredActionEntry } from "./actions.ts";
import {
	type AlertEventRow,
	type AlertFilter,
	type AlertRecord,
	alertRate,
	appendAlertEvents,
	appendSilence,
	listAlerts,
	listSilences,
	type Rate,
	type RateQuestion,
	type Silence,
	type SilenceRow,
	servicesHeard,
} from "./alerts.ts";
import { type AnswerInput, addAnswer, answers, type StoredAnswer } from "./answers.ts";
import {
	type Arrivals,
	type ArrivalsOptions,
	type BackfillOptions,
	type BackfillReport,
	backfill,
	classifyArrivals,
} from "./backfill.ts";
import { type IssueChange, issueChanges } from "./changes.ts";
import { type Connection, connect, type StoreOptions } from "./connection.ts";
import {
	type AttributeSamples,
	attributeSamples,
	type CorrelationCounts,
	correlationCounts,
	type GroupName,
	groupNames,
	type SampledTrace,
	type ServiceEdge,
	sampledTraces,
	serviceEdges,
	type TimeSpan,
} from "./correlation.ts";
import { getEvent, issueEvents, traceErrors, traceLogs, traceSpans } from "./events.ts";
import { health } from "./health.ts";
import { type HourlyCounts, type HourlyOptions, hourlyCounts } from "./hourly.ts";
import { insertErrors, insertLogs, insertTraces } from "./insert.ts";
import { getIssue, type IssueFilter, listIssues, relatedGroups, similarCount } from "./issues.ts";
import {
	addIssueEvent,
	type IssueActions,
	type IssueActivity,
	type IssueEventInput,
	type IssueHistoryRow,
	issueActions,
	issueActivity,
	issueHistory,
	mapIssues,
	type Release,
	releases,
} from "./lifecycle.ts";
import { LIMITS } from "./limits.ts";
import { type LoggingWay, loggingWays } from "./logging-ways.ts";
import { type MigrationReport, migrate } from "./migrate.ts";
import { type IssueHours, issueHours, type Resolve, resolves } from "./outcomes.ts";
import { applyRetention, type DueRows, dueRows, type RetentionRule } from "./retention.ts";
import { type Found, type SearchOptions, type SearchValue, searchIssues, searchValues } from "./search.ts";
import { applyAccess } from "./sql-users/apply.ts";
import { type Erasure, eraseSubject, findSubject, type SubjectCount, type SubjectRow, subjectRows } from "./subject.ts";
import { issueReleases, type SeenRelease, serviceReleases } from "./suspects.ts";
import { follow, type TailFilter, type TailOptions, tail } from "./tail.ts";
import { refreshTrends, type TrendOptions, trends } from "./trends.ts";
import type {
	ErrorEvent,
	ErrorRow,
	Issue,
	OtelLogRow,
	OtelTraceRow,
	RelatedGroup,
	StoreHealth,
	TailRow,
	TraceLog,
	TraceSpan,
	Trend,
} from "./types.ts";
import { type UnnamedFilter, type UnnamedLine, unnamedLines } from "./unnamed-lines.ts";

/** Every method rejects with a StoreError, an ErrataError that says kind and whether trying again can help. */
export interface Store {
	/** Without credentials. */
	readonly url: string;
	readonly database: string;
	/** Brings the database to this version; refuses one that is newer or was made from changed files. */
	migrate(options?: { readonly dryRun?: boolean | undefined }): Promise<MigrationReport>;
	/** Resolves when the rows are on disk. */
	insertLogs(rows: readonly OtelLogRow[]): Promise<void>;
	insertTraces(rows: readonly OtelTraceRow[]): Promise<void>;
	/** For errors that no row of `otel_logs` stands for. */
	insertErrors(rows: readonly ErrorRow[]): Promise<void>;
	/** Groups, latest first. */
	listIssues(filter?: IssueFilter): Promise<Issue[]>;
	/** Groups whose fingerprint begins with the text. */
	getIssue(fingerprintOrPrefix: string): Promise<Issue[]>;
	/** The occurrence of that id. */
	getEvent(eventId: string): Promise<ErrorEvent | undefined>;
	/** Newest first. */
	issueEvents(fingerprint: string, options?: { readonly limit?: number | undefined }): Promise<ErrorEvent[]>;
	/** Oldest first. */
	traceErrors(traceId: string): Promise<ErrorEvent[]>;
	traceSpans(traceId: string): Promise<TraceSpan[]>;
	/** Log records of a trace that are no errors, between two times, the newest first. */
	traceLogs(
		traceId: string,
		options: { readonly sinceMs: number; readonly untilMs: number; readonly limit?: number | undefined },
	): Promise<TraceLog[]>;
	/** The most frequent first. */
	trends(options: TrendOptions): Promise<Trend[]>;
	/** Computes changed trend buckets now and waits; answers do not depend on it. */
	refreshTrends(): Promise<void>;
	/** Oldest first. */
	tail(options?: TailOptions): Promise<TailRow[]>;
	/** Batches of new rows, each row once, until `signal` or the end of the loop. */
	follow(
		options?: TailFilter & { readonly after?: string | undefined; readonly signal?: AbortSignal | undefined },
	): AsyncGenerator<readonly TailRow[], void, void>;
	/** Occurrences of a group in the last `windowMs`. */
	similarCount(
		fingerprint: string,
		options: { readonly windowMs: number; readonly untilMs?: number | undefined },
	): Promise<number>;
	/** Groups that share traces with this one, most shared first. */
	relatedGroups(
		fingerprint: string,
		options: { readonly windowMs: number; readonly untilMs?: number | undefined; readonly limit?: number | undefined },
	): Promise<RelatedGroup[]>;
	/** Adds what was done to an issue; the same event id again adds nothing. */
	addIssueEvent(event: IssueEventInput): Promise<void>;
	/** Lets groups belong to an issue; "" lets each be its own again. */
	mapIssues(fingerprints: readonly string[], issueId: string, actor: string): Promise<void>;
	/** The latest first. */
	issueHistory(issueId: string, options?: { readonly limit?: number | undefined }): Promise<IssueHistoryRow[]>;
	/** Issues that a search finds, latest first. */
	searchIssues(options: SearchOptions): Promise<Found[]>;
	searchValues(options: {
		readonly key: string;
		readonly like: string;
		readonly sinceMs: number;
		readonly limit?: number | undefined;
	}): Promise<SearchValue[]>;
	/** Releases that show an issue since a time, the earliest first. */
	issueReleases(issue: string, sinceMs: number): Promise<SeenRelease[]>;
	/** Releases that wrote any log between two times, the earliest first. */
	serviceReleases(
		services: readonly string[],
		range: { readonly sinceMs: number; readonly untilMs: number },
	): Promise<SeenRelease[]>;
	/** Counts hour by hour of what failed lately, the most frequent first. */
	hourlyCounts(options: HourlyOptions): Promise<HourlyCounts[]>;
	/** What arrived for issues, and was done to them, since a time. */
	issueChanges(options: {
		readonly sinceMs: number;
		readonly nowMs: number;
		readonly limit?: number | undefined;
	}): Promise<IssueChange[]>;
	issueActions(issues: readonly string[]): Promise<IssueActions[]>;
	issueActivity(
		issues: readonly string[],
		options: { readonly sinceMs: number; readonly nowMs: number },
	): Promise<IssueActivity[]>;
	/** The newest first. */
	releases(options?: {
		readonly service?: string | undefined;
		readonly limit?: number | undefined;
	}): Promise<Release[]>;
	/** When issues were resolved, the latest first. */
	resolves(options: {
		readonly sinceMs: number;
		readonly issue?: string | undefined;
		readonly limit?: number | undefined;
	}): Promise<Resolve[]>;
	/** Counts per hour of issues around times. */
	issueHours(
		around: readonly { readonly issueId: string; readonly atMs: number }[],
		aroundMs: number,
	): Promise<IssueHours[]>;
	/** Keeps what a model answered. */
	addAnswer(input: AnswerInput): Promise<void>;
	/** The latest first; default 1. */
	answers(kind: string, subject: string, options?: { readonly limit?: number | undefined }): Promise<StoredAnswer[]>;
	/** What pairs of groups are computed from. */
	correlationCounts(span: TimeSpan): Promise<CorrelationCounts>;
	/** What groups are called, with their totals between two times. */
	groupNames(fingerprints: readonly string[], span: TimeSpan): Promise<GroupName[]>;
	/** Some traces for each of the most frequent groups, with errors and spans. */
	sampledTraces(span: TimeSpan): Promise<SampledTrace[]>;
	/** Which service calls which. */
	serviceEdges(span: TimeSpan): Promise<ServiceEdge[]>;
	/** Occurrences of a group, and what they may be compared with. */
	attributeSamples(fingerprint: string, span: TimeSpan): Promise<AttributeSamples>;
	/** Describes errors of a time range that nobody described, oldest first; may be stopped and run again at any point. */
	backfill(options: BackfillOptions): Promise<BackfillReport>;
	/** Describes what arrives undescribed, from now until it is stopped. */
	classifyArrivals(options: ArrivalsOptions): Arrivals;
	/** Texts that no entry names, equal ones as one, the most frequent first. */
	unnamedLines(filter: UnnamedFilter): Promise<UnnamedLine[]>;
	/** What alerts did; the same entry again adds nothing. */
	appendAlertEvents(rows: readonly AlertEventRow[]): Promise<void>;
	/** The latest first. */
	listAlerts(filter?: AlertFilter): Promise<AlertRecord[]>;
	appendSilence(row: SilenceRow, atMs: number): Promise<void>;
	listSilences(nowMs: number): Promise<Silence[]>;
	/** Counts over a threshold, the most frequent first. */
	alertRate(question: RateQuestion): Promise<Rate[]>;
	/** Which services sent any log or span since then. */
	servicesHeard(question: { readonly services: readonly string[]; readonly sinceMs: number }): Promise<string[]>;
	/** Rows of all tenants that are older than the rules keep them, and their deletion. */
	dueRows(rules: readonly RetentionRule[], nowMs: number): Promise<DueRows[]>;
	applyRetention(rules: readonly RetentionRule[], nowMs: number): Promise<DueRows[]>;
	/** Rows that hold one of a subject's pseudonyms, by table. Reads every text of the tenant. */
	findSubject(pseudonyms: readonly string[]): Promise<SubjectCount[]>;
	/** A page of them, whole. */
	subjectRows(
		pseudonyms: readonly string[],
		page: { readonly table: string; readonly offset: number; readonly limit?: number | undefined },
	): Promise<SubjectRow[]>;
	/** Erases them, and counts what is left. */
	eraseSubject(pseudonyms: readonly string[]): Promise<Erasure>;
	/** Runs statements of `accessStatements` or `tenantViews`, on a server that keeps users in SQL. */
	applyAccess(statements: readonly string[]): Promise<void>;
	/** What happened to actions; the same entry again adds nothing. */
	appendActionEvents(rows: readonly ActionEventRow[]): Promise<void>;
	/** The earliest first. */
	actionEvents(action: string, limit?: number): Promise<StoredActionEntry[]>;
	health(): Promise<StoreHealth>;
	/** What each way of logging brought since then. */
	loggingWays(question: { readonly sinceMs: number; readonly limit?: number }): Promise<LoggingWay[]>;
	addKey(key: KeyInput, atMs: number): Promise<void>;
	/** From then on it is refused. */
	revokeKey(id: string, actor: string, atMs: number): Promise<void>;
	keyUsed(id: string, atMs: number): Promise<void>;
	/** The key of that id, of whatever tenant: how a caller's tenant is found. */
	findKey(id: string): Promise<KnownKey | undefined>;
	/** Keys of all tenants that may be used now. */
	keysAlive(): Promise<number>;
	/** Of the store's tenant, the latest first. */
	listKeys(options?: { readonly id?: string | undefined; readonly limit?: number | undefined }): Promise<ListedKey[]>;
	/** What was changed, and who was refused. */
	addAudit(entries: readonly AuditInput[]): Promise<void>;
	/** The latest first. */
	listAudit(filter: AuditFilter): Promise<AuditEntry[]>;
	/** The same store for the rows of another tenant; closing that one closes nothing. */
	forTenant(tenant: string): Store;
	close(): Promise<void>;
}

/** Opens a store; nothing is sent before the first call. Throws ErrataError for a URL that is none. */
export function openStore(options: StoreOptions = {}): Store {
	return storeOver(connect(options));
}

/** One store per tenant, so that what is kept of a store (analyses, looks that streams share) is found again. */
function storeOver(c: Connection, tenants = new Map<string, Store>()): Store {
	function forTenant(tenant: string): Store {
		const known = tenants.get(tenant);
		const store = known ?? storeOver(c.forTenant(tenant), tenants);
		// The one that was not used for the longest time goes.
		tenants.delete(tenant);
		tenants.set(tenant, store);
		for (const oldest of tenants.keys()) {
			if (tenants.size <= LIMITS.tenantStores) break;
			tenants.delete(oldest);
		}
		return store;
	}

	return {
		url: c.url,
		database: c.database,
		migrate: (o) => migrate(c, o),
		insertLogs: (rows) => insertLogs(c, rows),
		insertTraces: (rows) => insertTraces(c, rows),
		insertErrors: (rows) => insertErrors(c, rows),
		listIssues: (filter) => listIssues(c, filter),
		getIssue: (text) => getIssue(c, text),
		issueEvents: (fingerprint, o) => issueEvents(c, fingerprint, o),
		getEvent: (eventId) => getEvent(c, eventId),
		traceErrors: (traceId) => traceErrors(c, traceId),
		traceSpans: (traceId) => traceSpans(c, traceId),
		traceLogs: (traceId, options) => traceLogs(c, traceId, options),
		trends: (o) => trends(c, o),
		refreshTrends: () => refreshTrends(c),
		tail: (o) => tail(c, o),
		follow: (o) => follow(c, o),
		similarCount: (fingerprint, o) => similarCount(c, fingerprint, o),
		relatedGroups: (fingerprint, o) => relatedGroups(c, fingerprint, o),
		addIssueEvent: (event) => addIssueEvent(c, event),
		mapIssues: (fingerprints, issueId, actor) => mapIssues(c, fingerprints, issueId, actor),
		issueHistory: (issueId, o) => issueHistory(c, issueId, o),
		searchIssues: (o) => searchIssues(c, o),
		searchValues: (o) => searchValues(c, o),
		issueReleases: (issue, sinceMs) => issueReleases(c, issue, sinceMs),
		serviceReleases: (services, range) => serviceReleases(c, services, range),
		hourlyCounts: (o) => hourlyCounts(c, o),
		issueChanges: (o) => issueChanges(c, o),
		issueActions: (issues) => issueActions(c, issues),
		issueActivity: (issues, o) => issueActivity(c, issues, o),
		releases: (o) => releases(c, o),
		resolves: (o) => resolves(c, o),
		issueHours: (around, aroundMs) => issueHours(c, around, aroundMs),
		addAnswer: (input) => addAnswer(c, input),
		answers: (kind, subject, o) => answers(c, kind, subject, o),
		correlationCounts: (span) => correlationCounts(c, span),
		groupNames: (fingerprints, span) => groupNames(c, fingerprints, span),
		sampledTraces: (span) => sampledTraces(c, span),
		serviceEdges: (span) => serviceEdges(c, span),
		attributeSamples: (fingerprint, span) => attributeSamples(c, fingerprint, span),
		backfill: (o) => backfill(c, o),
		classifyArrivals: (o) => classifyArrivals(c, o),
		unnamedLines: (filter) => unnamedLines(c, filter),
		appendAlertEvents: (rows) => appendAlertEvents(c, rows),
		listAlerts: (filter) => listAlerts(c, filter),
		appendSilence: (row, at) => appendSilence(c, row, at),
		listSilences: (now) => listSilences(c, now),
		alertRate: (question) => alertRate(c, question),
		servicesHeard: (question) => servicesHeard(c, question),
		dueRows: (rules, now) => dueRows(c, rules, now),
		applyRetention: (rules, now) => applyRetention(c, rules, now),
		findSubject: (pseudonyms) => findSubject(c, pseudonyms),
		subjectRows: (pseudonyms, page) => subjectRows(c, pseudonyms, page),
		eraseSubject: (pseudonyms) => eraseSubject(c, pseudonyms),
		applyAccess: (statements) => applyAccess(c, statements),
		appendActionEvents: (rows) => appendActionEvents(c, rows),
		actionEvents: (action, limit) => actionEvents(c, action, limit),
		health: () => health(c),
		loggingWays: (question) => loggingWays(c, question),
		addKey: (key, at) => addKey(c, key, at),
		revokeKey: (id, actor, at) => revokeKey(c, id, actor, at),
		keyUsed: (id, at) => keyUsed(c, id, at),
		findKey: (id) => findKey(c, id),
		keysAlive: () => keysAlive(c),
		listKeys: (o) => listKeys(c, o),
		addAudit: (entries) => addAudit(c, entries),
		listAudit: (filter) => listAudit(c, filter),
		forTenant,
		close: () => c.close(),
	};
}
