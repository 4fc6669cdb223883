-- One row per occurrence of an error, typed, lifted from otel_logs by a view.
--
-- Sorting key: a group is what every question is about, so a group's rows lie together; EventId makes the key unique.
-- ReplacingMergeTree(Count) merges a record that arrived twice into the row with the larger Count, so that a merge
-- never changes an answer (readers take max(Count) per EventId too).
-- RetentionDays is in the partition key so that TTL drops whole parts. It has three values on purpose: a batch may
-- span 32 dates (now - 30 d to now + 1 d), and 32 * 3 = 96 stays below the 100 partitions ClickHouse takes at once.
--   low      35 days: above the 30 days a late record may be old, so a trend bucket that is computed again is whole.
--   medium   90 days: a quarter, to compare releases.
--   high, critical 365 days: "did this happen before" is asked about these, also after a yearly peak.

CREATE TABLE IF NOT EXISTS errata_errors
(
    Timestamp DateTime64(9, 'UTC') COMMENT 'When it happened; clamped to 30 days ago and one day ahead, an absent time is the arrival' CODEC(Delta(8), ZSTD(1)),
    EventId String COMMENT 'Id of the occurrence, what counting is exact by: log.record.uid, else 32 hex digits of SHA-256 over the record' CODEC(ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Resource attribute errata.tenant, empty if absent' CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service that failed' CODEC(ZSTD(1)),
    Environment LowCardinality(String) COMMENT 'deployment.environment.name, else deployment.environment' CODEC(ZSTD(1)),
    Release LowCardinality(String) COMMENT 'service.version' CODEC(ZSTD(1)),
    TraceId String COMMENT 'Trace in which it happened, lower-case hex, empty if none' CODEC(ZSTD(1)),
    SpanId String COMMENT 'Span in which it happened, lower-case hex, empty if none' CODEC(ZSTD(1)),
    Signal LowCardinality(String) DEFAULT 'log' COMMENT 'log, or span if lifted from a span event' CODEC(ZSTD(1)),
    Count UInt32 DEFAULT 1 COMMENT 'Occurrences this row stands for (errata.count, 1 to 1000000)' CODEC(ZSTD(1)),
    Fingerprint String COMMENT 'Group key: 32 lower-case hex digits, or what the user set' CODEC(ZSTD(1)),
    FingerprintVersion UInt16 COMMENT 'Version of the fingerprint algorithm, 0 if unknown' CODEC(ZSTD(1)),
    Code LowCardinality(String) COMMENT 'Permanent code of the error, of errata or of the application' CODEC(ZSTD(1)),
    Pattern LowCardinality(String) COMMENT 'Id of the catalog entry that matched, empty if none did' CODEC(ZSTD(1)),
    Category LowCardinality(String) COMMENT 'One of the 27 categories' CODEC(ZSTD(1)),
    Severity LowCardinality(String) COMMENT 'low, medium, high or critical; empty if unknown' CODEC(ZSTD(1)),
    Retryable Nullable(Bool) COMMENT 'Whether the same call may succeed later; NULL where it depends',
    Handled Bool DEFAULT true COMMENT 'false for uncaught exceptions and unhandled rejections',
    ExceptionType LowCardinality(String) COMMENT 'exception.type: the class' CODEC(ZSTD(1)),
    Message String COMMENT 'exception.message, else the body' CODEC(ZSTD(1)),
    Stacktrace String COMMENT 'exception.stacktrace' CODEC(ZSTD(3)),
    Template String COMMENT 'Message with its values masked' CODEC(ZSTD(1)),
    TaskName LowCardinality(String) COMMENT 'errata.context.task.name' CODEC(ZSTD(1)),
    TaskId String COMMENT 'errata.context.task.id' CODEC(ZSTD(1)),
    RunId String COMMENT 'Resource attribute errata.run.id: the errata run that started the program' CODEC(ZSTD(1)),
    Catalog LowCardinality(String) COMMENT 'Version of the catalog that spoke' CODEC(ZSTD(1)),
    Immediate Array(String) COMMENT 'What to check first, rendered' CODEC(ZSTD(1)),
    Preventive Array(String) COMMENT 'What keeps it from coming back, rendered' CODEC(ZSTD(1)),
    Docs Array(String) COMMENT 'Links to the failing system''s own reference' CODEC(ZSTD(1)),
    SeverityText LowCardinality(String) COMMENT 'Severity of the log record as text' CODEC(ZSTD(1)),
    SeverityNumber UInt8 COMMENT 'Severity of the log record as number (1-24), 0 if unset',
    Body String COMMENT 'Body of the log record; name of the span event for Signal span' CODEC(ZSTD(1)),
    Attributes Map(LowCardinality(String), String) COMMENT 'All attributes of the record; lists and maps are JSON text. Kept here because errors outlive otel_logs' CODEC(ZSTD(3)),
    ResourceAttributes Map(LowCardinality(String), String) COMMENT 'All attributes of the resource' CODEC(ZSTD(3)),
    RetentionDays UInt16 DEFAULT multiIf(Severity = 'low', 35, Severity IN ('high', 'critical'), 365, 90) COMMENT 'Days the row is kept: 35 for low, 365 for high and critical, else 90',
    InsertedAt DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the row arrived: what tells which trend buckets to compute again' CODEC(Delta(8), ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_run_id RunId TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_task_id TaskId TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_inserted_at InsertedAt TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(Count)
PARTITION BY (toDate(Timestamp), RetentionDays)
ORDER BY (Tenant, Fingerprint, Timestamp, EventId)
TTL toDateTime(Timestamp) + toIntervalDay(RetentionDays)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000
COMMENT 'One row per occurrence of an error. Count with uniqExact(EventId), or read errata_occurrences, which also counts a log and a span event of one failure once';

-- Total functions only: whatever an attribute holds, the insert into otel_logs goes through.
-- A time out of range is moved to the edge of the range, or a batch of old times would touch more than 100 partitions
-- and fail after otel_logs had been written. EventId is taken over the time as it came.
-- It runs with the rights of the user who migrates, so that a Collector whose user may only INSERT INTO otel_logs goes on
-- working when errata is added to its database. That user must stay.
CREATE MATERIALIZED VIEW IF NOT EXISTS errata_errors_mv TO errata_errors
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    multiIf(
        toUnixTimestamp64Nano(l.Timestamp) = 0, now64(9, 'UTC'),
        l.Timestamp < now64(9, 'UTC') - toIntervalDay(30), now64(9, 'UTC') - toIntervalDay(30),
        l.Timestamp > now64(9, 'UTC') + toIntervalDay(1), now64(9, 'UTC') + toIntervalDay(1),
        toTimeZone(l.Timestamp, 'UTC')) AS Timestamp,
    if(
        length(LogAttributes['log.record.uid']) BETWEEN 1 AND 128,
        LogAttributes['log.record.uid'],
        lower(hex(substring(SHA256(concat(
            toString(toUnixTimestamp64Nano(l.Timestamp)), '\0',
            l.ServiceName, '\0',
            l.TraceId, '\0',
            l.SpanId, '\0',
            l.Body, '\0',
            LogAttributes['exception.type'], '\0',
            LogAttributes['exception.message'], '\0',
            LogAttributes['exception.stacktrace'], '\0')), 1, 16)))) AS EventId,
    l.ResourceAttributes['errata.tenant'] AS Tenant,
    l.ServiceName AS ServiceName,
    leftUTF8(if(l.ResourceAttributes['deployment.environment.name'] != '', l.ResourceAttributes['deployment.environment.name'], l.ResourceAttributes['deployment.environment']), 256) AS Environment,
    leftUTF8(l.ResourceAttributes['service.version'], 256) AS Release,
    l.TraceId AS TraceId,
    l.SpanId AS SpanId,
    if(LogAttributes['errata.signal'] = 'span', 'span', 'log') AS Signal,
    toUInt32(least(greatest(toUInt64OrDefault(LogAttributes['errata.count'], toUInt64(1)), 1), 1000000)) AS Count,
    if(
        length(LogAttributes['errata.fingerprint']) <= 128,
        LogAttributes['errata.fingerprint'],
        lower(hex(substring(SHA256(LogAttributes['errata.fingerprint']), 1, 16)))) AS Fingerprint,
    toUInt16OrZero(LogAttributes['errata.fingerprint_version']) AS FingerprintVersion,
    leftUTF8(LogAttributes['errata.code'], 128) AS Code,
    leftUTF8(LogAttributes['errata.pattern'], 256) AS Pattern,
    leftUTF8(LogAttributes['errata.category'], 64) AS Category,
    if(LogAttributes['errata.severity'] IN ('low', 'medium', 'high', 'critical'), LogAttributes['errata.severity'], '') AS Severity,
    multiIf(LogAttributes['errata.retryable'] = 'true', true, LogAttributes['errata.retryable'] = 'false', false, NULL) AS Retryable,
    LogAttributes['errata.handled'] != 'false' AS Handled,
    leftUTF8(LogAttributes['exception.type'], 256) AS ExceptionType,
    leftUTF8(if(LogAttributes['exception.message'] != '', LogAttributes['exception.message'], l.Body), 16384) AS Message,
    leftUTF8(LogAttributes['exception.stacktrace'], 65536) AS Stacktrace,
    leftUTF8(LogAttributes['errata.template'], 2048) AS Template,
    leftUTF8(LogAttributes['errata.context.task.name'], 256) AS TaskName,
    leftUTF8(LogAttributes['errata.context.task.id'], 256) AS TaskId,
    leftUTF8(l.ResourceAttributes['errata.run.id'], 256) AS RunId,
    leftUTF8(LogAttributes['errata.catalog'], 256) AS Catalog,
    arrayMap(x -> leftUTF8(x, 512), arraySlice(JSONExtract(LogAttributes['errata.suggestions.immediate'], 'Array(String)'), 1, 16)) AS Immediate,
    arrayMap(x -> leftUTF8(x, 512), arraySlice(JSONExtract(LogAttributes['errata.suggestions.preventive'], 'Array(String)'), 1, 16)) AS Preventive,
    arrayMap(x -> leftUTF8(x, 512), arraySlice(JSONExtract(LogAttributes['errata.docs'], 'Array(String)'), 1, 16)) AS Docs,
    l.SeverityText AS SeverityText,
    l.SeverityNumber AS SeverityNumber,
    l.Body AS Body,
    LogAttributes AS Attributes,
    l.ResourceAttributes AS ResourceAttributes
FROM otel_logs AS l
WHERE LogAttributes['errata.fingerprint'] != ''
COMMENT 'Lifts the log records that carry errata.fingerprint';
