package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// grafanaSession asks what Grafana's ClickHouse data source asks: database/sql over HTTP with gzip, a row limit as a
// setting, and the questions of its query builder for logs, time series and traces, with its macros written out.
func grafanaSession(address string) ([]check, error) {
	options := options(address, clickhouse.HTTP, clickhouse.CompressionGZIP)
	options.Settings = clickhouse.Settings{"limit": 1000, "max_execution_time": 60}
	options.HttpHeaders = map[string]string{"X-Dashboard-Uid": "dashboard", "X-Panel-Id": "2"}
	db := clickhouse.OpenDB(options)
	db.SetMaxIdleConns(25)
	db.SetMaxOpenConns(50)
	db.SetConnMaxLifetime(5 * time.Minute)
	checks := []check{{"health", func(ctx context.Context) (any, error) { return nil, db.PingContext(ctx) }}}
	for _, question := range questions() {
		checks = append(checks, check{question[0], func(ctx context.Context) (any, error) { return table(ctx, db, question[1]) }})
	}
	return checks, nil
}

func questions() [][2]string {
	now := time.Now()
	from, to := now.Add(-time.Hour), now.Add(time.Minute)
	filter := func(column string) string { // $__timeFilter
		return fmt.Sprintf("%s >= toDateTime(%d) AND %s <= toDateTime(%d)", column, from.Unix(), column, to.Unix())
	}
	filterMs := func(column string) string { // $__timeFilter_ms
		return fmt.Sprintf("%s >= fromUnixTimestamp64Milli(%d) AND %s <= fromUnixTimestamp64Milli(%d)", column, from.UnixMilli(), column, to.UnixMilli())
	}
	fields := func(column string) string {
		return fmt.Sprintf("arrayMap(key -> map('key', key, 'value', %s[key]), mapKeys(%s))", column, column)
	}
	level := func(words string) string {
		return fmt.Sprintf("sum(multiSearchAny(toString(\"SeverityText\"), [%s]))", words)
	}
	return [][2]string{
		{"version", "SELECT version()"},
		{"databases", "SHOW DATABASES"},
		{"tables", `SHOW TABLES FROM "default"`},
		{"columns", `DESC TABLE "default"."otel_logs"`},
		{"columns of system", "SELECT name, type, table FROM system.columns WHERE database IN ('default') AND table = 'otel_traces'"},
		{"functions", "SELECT name, is_aggregate, case_insensitive, alias_to, origin, description FROM system.functions WHERE name = 'uniqExact'"},
		{"map keys", `SELECT DISTINCT arrayJoin(mapKeys(LogAttributes)) as keys FROM "default"."otel_logs" WHERE Timestamp >= now() - INTERVAL 6 HOUR LIMIT 1000`},
		{"map keys of a sample", `SELECT DISTINCT arrayJoin(mapKeys("ResourceAttributes")) as keys FROM (SELECT "ResourceAttributes" FROM "default"."otel_traces" LIMIT 10000) LIMIT 1000`},
		{"map values", `SELECT DISTINCT LogAttributes['http.route'] FROM "default"."otel_logs" WHERE mapContains(LogAttributes, 'http.route') LIMIT 1000`},
		{"column values", `SELECT DISTINCT ServiceName FROM "default"."otel_logs" WHERE ServiceName IS NOT NULL LIMIT 1000`},
		{"log volume", strings.Join([]string{
			"SELECT toStartOfInterval(\"Timestamp\", INTERVAL 1 MINUTE) as time,", level("'critical','fatal','CRITICAL','FATAL'"), "AS critical,",
			level("'error','ERROR'"), "AS error,", level("'info','INFO'"), "AS info",
			`FROM "default"."otel_logs" WHERE (`, filterMs("Timestamp"), ") GROUP BY time ORDER BY time ASC"}, " ")},
		{"logs panel", strings.Join([]string{
			`SELECT Timestamp as "timestamp", Body as "body", SeverityText as "level", TraceId as "traceID",`,
			`mapConcat(LogAttributes, ResourceAttributes) as "labels"`,
			`FROM "default"."otel_logs" WHERE (`, filter("timestamp"), `) AND ( level = 'ERROR' ) AND (body LIKE '%refused%') ORDER BY timestamp DESC LIMIT 1000`}, " ")},
		{"log context", strings.Join([]string{
			`SELECT Timestamp as "timestamp", Body as "body" FROM "default"."otel_logs" WHERE`, filterMs("timestamp"),
			`AND "ServiceName" = 'shop' ORDER BY timestamp ASC LIMIT 50`}, " ")},
		{"time series", strings.Join([]string{
			"SELECT toStartOfInterval(toDateTime(Timestamp), INTERVAL 60 second) as time, Code, count() as errors",
			"FROM errata_errors WHERE", filter("Timestamp"), "GROUP BY time, Code ORDER BY time"}, " ")},
		{"alert", strings.Join([]string{
			"SELECT uniqExact(EventId) AS value FROM errata_errors WHERE", filter("Timestamp"), "AND Severity IN ('high', 'critical')"}, " ")},
		{"trace search", strings.Join([]string{
			`SELECT "TraceId" as traceID, "ServiceName" as serviceName, "SpanName" as operationName, "Timestamp" as startTime, multiply("Duration", 0.000001) as duration`,
			`FROM "default"."otel_traces" WHERE (`, filterMs("Timestamp"), `) AND ( ParentSpanId = '' ) AND ( Duration > 0 ) ORDER BY Timestamp DESC, Duration DESC LIMIT 1000`}, " ")},
		{"trace panel", strings.Join([]string{
			`WITH '0af7651916cd43dd8448eb211c80319c' as wanted,`,
			`(SELECT min(Start) FROM "default"."otel_traces_trace_id_ts" WHERE TraceId = wanted) as first,`,
			`(SELECT max(End) + 1 FROM "default"."otel_traces_trace_id_ts" WHERE TraceId = wanted) as last`,
			`SELECT "TraceId" as traceID, "SpanId" as spanID, "ParentSpanId" as parentSpanID, "ServiceName" as serviceName, "SpanName" as operationName,`,
			`multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) as startTime, multiply("Duration", 0.000001) as duration,`,
			fields(`"SpanAttributes"`), "as tags,", fields(`"ResourceAttributes"`), "as serviceTags,",
			"if(\"StatusCode\" IN ('Error', 'STATUS_CODE_ERROR'), 2, 0) as statusCode,",
			"arrayMap((name, timestamp, attributes) -> tuple(name, toString(toUnixTimestamp64Milli(timestamp)),", fields("attributes"),
			`)::Tuple(name String, timestamp String, fields Array(Map(String, String))), "Events".Name, "Events".Timestamp, "Events".Attributes) AS logs,`,
			"arrayMap((traceID, spanID, attributes) -> tuple(traceID, spanID,", fields("attributes"),
			`)::Tuple(traceID String, spanID String, tags Array(Map(String, String))), "Links".TraceId, "Links".SpanId, "Links".Attributes) AS references,`,
			`"SpanKind" as kind, "StatusMessage" as statusMessage, "ScopeName" as instrumentationLibraryName, "TraceState" as traceState`,
			`FROM "default"."otel_traces" WHERE traceID = wanted AND "Timestamp" >= first AND "Timestamp" <= last`}, " ")},
		{"a mistake in a panel", `SELECT Tiemstamp FROM "default"."otel_logs"`},
	}
}

// table is an answer as the data source holds it: names of the columns, database types, and the rows as any values.
func table(ctx context.Context, db *sql.DB, query string) (any, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, code(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	out := struct {
		Columns []string `json:"columns"`
		Types   []string `json:"types"`
		Rows    [][]any  `json:"rows"`
	}{}
	for _, t := range types {
		out.Columns, out.Types = append(out.Columns, t.Name()), append(out.Types, t.DatabaseTypeName())
	}
	for rows.Next() {
		values, targets := make([]any, len(types)), make([]any, len(types))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, values)
	}
	return out, code(rows.Err())
}
