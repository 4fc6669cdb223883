export type { AuditEntry, AuditFilter, AuditInput, KeyInput, KnownKey, ListedKey } from "./access.ts";
export type { ActionEntry, ActionEventRow, StoredActionEntry } from "./actions.ts";
export {
	ALERT_KINDS,
	type AlertDelivery,
	type AlertEventRow,
	type AlertFilter,
	type AlertKind,
	type AlertRecord,
	type Rate,
	type Silence,
	type SilenceRow,
} from "./alerts.ts";
export type { Arrivals, ArrivalsOptions, BackfillOptions, BackfillProgress, BackfillReport } from "./backfill.ts";
export type { IssueChange } from "./changes.ts";
export { type Clock, clamp, clockAt } from "./clamp.ts";
export type { StoreOptions } from "./connection.ts";
export type {
	AttributeSamples,
	Carried,
	CarriedRequest,
	CorrelationCounts,
	GroupName,
	OriginError,
	OriginSpan,
	SampledTrace,
	ServiceEdge,
	TimeSpan,
	TracePair,
} from "./correlation.ts";
export { errorRow, type Occurrence } from "./error-row.ts";
export type { HourlyCounts, HourlyOptions } from "./hourly.ts";
export type { IssueFilter } from "./issues.ts";
export type {
	IssueAction,
	IssueActions,
	IssueActivity,
	IssueEventInput,
	IssueHistoryRow,
	Release,
} from "./lifecycle.ts";
export type { LoggingWay } from "./logging-ways.ts";
export type { MigrationReport } from "./migrate.ts";
export type { IssueHours, Resolve } from "./outcomes.ts";
export { type DueRows, RETAINED, type Retained, type RetentionRule } from "./retention.ts";
export type { Found, SearchList, SearchOptions, SearchTerms, SearchValue } from "./search.ts";
export { SPAN_ROUTES, type SpanContext, withSpanContext } from "./span-context.ts";
export { ACCESS_ROLES, type AccessRequest, type AccessRole, type AccessUser, tenantNames } from "./sql-users/names.ts";
export { accessStatements, tenantViews } from "./sql-users/statements.ts";
export { usersFile } from "./sql-users/users-file.ts";
export { openStore, type Store } from "./store.ts";
export { StoreError, type StoreErrorKind } from "./store-error.ts";
export { type Erasure, PSEUDONYM, type SubjectCount, type SubjectRow } from "./subject.ts";
export type { SeenRelease } from "./suspects.ts";
export type { TailFilter, TailOptions } from "./tail.ts";
export type { TrendOptions } from "./trends.ts";
export type * from "./types.ts";
export type { UnnamedFilter, UnnamedLine } from "./unnamed-lines.ts";
