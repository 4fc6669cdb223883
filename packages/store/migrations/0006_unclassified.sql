-- Errors in the exporter's tables that no errata has described: a stock Collector wrote them, or they are older than errata.
--
-- errata_unclassified says which they are between two times, for backfill. errata_pending keeps those that arrive from
-- now on, in the order of arrival, so that describing them continuously never scans otel_logs; what has been described
-- stands in errata_errors, nothing here is ever marked. Two days are enough for a classifier to come back.
--
-- An error is what SPEC.md, "What is an error", says. EventId is SPEC.md's over the row as stored. The exporter names its
-- column EventName since 0.120; COLUMNS() is empty where an older table has none.
--
-- Texts for SCHEMA.md (a view with parameters cannot have column comments):
-- errata_unclassified.StoredAt: Timestamp of the row it stands in: the log record's, or the start of the span
-- errata_unclassified.Signal: log, or span for an exception event of a span
-- errata_unclassified.At: When it happened, as stored; a span event without a time has its span's
-- errata_unclassified.EventId: Id that its row in errata_errors has or will have
-- errata_unclassified.ServiceName: Service that failed
-- errata_unclassified.TraceId: Trace in which it happened
-- errata_unclassified.SpanId: Span in which it happened
-- errata_unclassified.SeverityText: Severity of the log record as text
-- errata_unclassified.SeverityNumber: Severity of the log record as number
-- errata_unclassified.EventName: Event name of the record, or the name of the span event
-- errata_unclassified.Body: Body of the log record
-- errata_unclassified.Attributes: Attributes of the record or event
-- errata_unclassified.ResourceAttributes: Attributes of the resource

CREATE VIEW IF NOT EXISTS errata_unclassified
AS SELECT
    toTimeZone(l.Timestamp, 'UTC') AS StoredAt,
    'log' AS Signal,
    StoredAt AS At,
    if(
        length(l.LogAttributes['log.record.uid']) BETWEEN 1 AND 128,
        l.LogAttributes['log.record.uid'],
        lower(hex(substring(SHA256(concat(
            toString(toUnixTimestamp64Nano(l.Timestamp)), '\0',
            l.ServiceName, '\0',
            l.TraceId, '\0',
            l.SpanId, '\0',
            substring(l.Body, 1, 65536), '\0',
            substring(l.LogAttributes['exception.type'], 1, 65536), '\0',
            substring(l.LogAttributes['exception.message'], 1, 65536), '\0',
            substring(l.LogAttributes['exception.stacktrace'], 1, 65536), '\0')), 1, 16)))) AS EventId,
    toString(l.ServiceName) AS ServiceName,
    l.TraceId AS TraceId,
    l.SpanId AS SpanId,
    toString(l.SeverityText) AS SeverityText,
    toUInt8(l.SeverityNumber) AS SeverityNumber,
    concat('', COLUMNS('^EventName$')) AS EventName,
    l.Body AS Body,
    l.LogAttributes AS Attributes,
    l.ResourceAttributes AS ResourceAttributes
FROM otel_logs AS l
WHERE l.Timestamp >= {since:DateTime64(9)} AND l.Timestamp < {until:DateTime64(9)}
    AND l.LogAttributes['errata.fingerprint'] = ''
    AND (l.SeverityNumber >= 17
        OR endsWith(EventName, 'exception')
        OR l.LogAttributes['exception.type'] != ''
        OR l.LogAttributes['exception.message'] != ''
        OR l.LogAttributes['exception.stacktrace'] != '')
UNION ALL
SELECT
    toTimeZone(s.Timestamp, 'UTC') AS StoredAt,
    'span' AS Signal,
    toTimeZone(if(toUnixTimestamp64Nano(event.1) = 0, s.Timestamp, event.1), 'UTC') AS At,
    if(
        length(event.3['log.record.uid']) BETWEEN 1 AND 128,
        event.3['log.record.uid'],
        lower(hex(substring(SHA256(concat(
            toString(toUnixTimestamp64Nano(At)), '\0',
            s.ServiceName, '\0',
            s.TraceId, '\0',
            s.SpanId, '\0',
            '\0',
            substring(event.3['exception.type'], 1, 65536), '\0',
            substring(event.3['exception.message'], 1, 65536), '\0',
            substring(event.3['exception.stacktrace'], 1, 65536), '\0')), 1, 16)))) AS EventId,
    toString(s.ServiceName) AS ServiceName,
    s.TraceId AS TraceId,
    s.SpanId AS SpanId,
    '' AS SeverityText,
    toUInt8(0) AS SeverityNumber,
    toString(event.2) AS EventName,
    '' AS Body,
    event.3 AS Attributes,
    s.ResourceAttributes AS ResourceAttributes
FROM otel_traces AS s
ARRAY JOIN arrayZip(s.`Events.Timestamp`, s.`Events.Name`, s.`Events.Attributes`) AS event
WHERE s.Timestamp >= {since:DateTime64(9)} AND s.Timestamp < {until:DateTime64(9)}
    AND event.3['errata.fingerprint'] = ''
    AND (endsWith(event.2, 'exception')
        OR event.3['exception.type'] != ''
        OR event.3['exception.message'] != ''
        OR event.3['exception.stacktrace'] != '')
COMMENT 'Errors of otel_logs and otel_traces without errata.fingerprint between two times (a span counts by its start), described or not: those whose EventId errata_errors lacks are not';

CREATE TABLE IF NOT EXISTS errata_pending
(
    InsertedAt DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the row arrived' CODEC(Delta(8), ZSTD(1)),
    EventId String COMMENT 'Id that its row in errata_errors has or will have' CODEC(ZSTD(1)),
    Signal LowCardinality(String) COMMENT 'log, or span for an exception event of a span' CODEC(ZSTD(1)),
    At DateTime64(9, 'UTC') COMMENT 'When it happened, as stored; a span event without a time has its span''s' CODEC(Delta(8), ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service that failed' CODEC(ZSTD(1)),
    TraceId String COMMENT 'Trace in which it happened' CODEC(ZSTD(1)),
    SpanId String COMMENT 'Span in which it happened' CODEC(ZSTD(1)),
    SeverityText LowCardinality(String) COMMENT 'Severity of the log record as text' CODEC(ZSTD(1)),
    SeverityNumber UInt8 COMMENT 'Severity of the log record as number',
    EventName LowCardinality(String) COMMENT 'Event name of the record, or the name of the span event' CODEC(ZSTD(1)),
    Body String COMMENT 'Body of the log record' CODEC(ZSTD(1)),
    Attributes Map(LowCardinality(String), String) COMMENT 'Attributes of the record or event' CODEC(ZSTD(3)),
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'Attributes of the resource' CODEC(ZSTD(3))
)
ENGINE = MergeTree
PARTITION BY toDate(InsertedAt)
ORDER BY (InsertedAt, EventId)
TTL toDateTime(InsertedAt) + toIntervalDay(2)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'Errors that arrived without errata.fingerprint in the last two days, in the order of arrival: what a classifier reads';

-- With the rights of the user who migrates, as errata_errors_mv, and total functions only.
CREATE MATERIALIZED VIEW IF NOT EXISTS errata_pending_logs_mv TO errata_pending
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    if(
        length(l.LogAttributes['log.record.uid']) BETWEEN 1 AND 128,
        l.LogAttributes['log.record.uid'],
        lower(hex(substring(SHA256(concat(
            toString(toUnixTimestamp64Nano(l.Timestamp)), '\0',
            l.ServiceName, '\0',
            l.TraceId, '\0',
            l.SpanId, '\0',
            substring(l.Body, 1, 65536), '\0',
            substring(l.LogAttributes['exception.type'], 1, 65536), '\0',
            substring(l.LogAttributes['exception.message'], 1, 65536), '\0',
            substring(l.LogAttributes['exception.stacktrace'], 1, 65536), '\0')), 1, 16)))) AS EventId,
    'log' AS Signal,
    toTimeZone(l.Timestamp, 'UTC') AS At,
    l.ServiceName AS ServiceName,
    l.TraceId AS TraceId,
    l.SpanId AS SpanId,
    l.SeverityText AS SeverityText,
    toUInt8(l.SeverityNumber) AS SeverityNumber,
    concat('', COLUMNS('^EventName$')) AS EventName,
    l.Body AS Body,
    l.LogAttributes AS Attributes,
    l.ResourceAttributes AS ResourceAttributes
FROM otel_logs AS l
WHERE l.LogAttributes['errata.fingerprint'] = ''
    AND (l.SeverityNumber >= 17
        OR endsWith(EventName, 'exception')
        OR l.LogAttributes['exception.type'] != ''
        OR l.LogAttributes['exception.message'] != ''
        OR l.LogAttributes['exception.stacktrace'] != '')
COMMENT 'Keeps errors of otel_logs that came without errata.fingerprint';

CREATE MATERIALIZED VIEW IF NOT EXISTS errata_pending_spans_mv TO errata_pending
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    if(
        length(event.3['log.record.uid']) BETWEEN 1 AND 128,
        event.3['log.record.uid'],
        lower(hex(substring(SHA256(concat(
            toString(toUnixTimestamp64Nano(At)), '\0',
            s.ServiceName, '\0',
            s.TraceId, '\0',
            s.SpanId, '\0',
            '\0',
            substring(event.3['exception.type'], 1, 65536), '\0',
            substring(event.3['exception.message'], 1, 65536), '\0',
            substring(event.3['exception.stacktrace'], 1, 65536), '\0')), 1, 16)))) AS EventId,
    'span' AS Signal,
    toTimeZone(if(toUnixTimestamp64Nano(event.1) = 0, s.Timestamp, event.1), 'UTC') AS At,
    s.ServiceName AS ServiceName,
    s.TraceId AS TraceId,
    s.SpanId AS SpanId,
    '' AS SeverityText,
    toUInt8(0) AS SeverityNumber,
    toString(event.2) AS EventName,
    '' AS Body,
    event.3 AS Attributes,
    s.ResourceAttributes AS ResourceAttributes
FROM otel_traces AS s
ARRAY JOIN arrayZip(s.`Events.Timestamp`, s.`Events.Name`, s.`Events.Attributes`) AS event
WHERE event.3['errata.fingerprint'] = ''
    AND (endsWith(event.2, 'exception')
        OR event.3['exception.type'] != ''
        OR event.3['exception.message'] != ''
        OR event.3['exception.stacktrace'] != '')
COMMENT 'Keeps exceptions of otel_traces that no log record tells of';
