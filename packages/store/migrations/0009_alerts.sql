-- Alerts: what the worker saw and told, and which of it nobody wants to hear. Append-only; a repeated insert of the same
-- entry adds nothing. What the worker needs locks for (deliveries under way) lives in its own SQLite file, not here.

CREATE TABLE IF NOT EXISTS errata_alert_events
(
    Timestamp DateTime64(3, 'UTC') COMMENT 'When it happened' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    AlertId String COMMENT 'One alert, from firing to resolved' CODEC(ZSTD(1)),
    EventId String COMMENT 'Id of this entry' CODEC(ZSTD(1)),
    Event LowCardinality(String) COMMENT 'fired, resolved, flapping, calm, or what became of a delivery: delivered, failed, unknown' CODEC(ZSTD(1)),
    Rule LowCardinality(String) COMMENT 'Rule of the configuration that it belongs to' CODEC(ZSTD(1)),
    Kind LowCardinality(String) COMMENT 'What the rule watches: new, regressed, escalating, rate, anomaly, absence' CODEC(ZSTD(1)),
    Subject String COMMENT 'What it is about, unique within the rule: issue:<id>, service:<name>, all' CODEC(ZSTD(1)),
    IssueId String COMMENT 'Issue it is about, empty if none' CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service it is about, empty if several or none' CODEC(ZSTD(1)),
    Code LowCardinality(String) COMMENT 'Code of the issue, empty if none' CODEC(ZSTD(1)),
    Severity LowCardinality(String) COMMENT 'low, medium, high or critical' CODEC(ZSTD(1)),
    Summary String COMMENT 'What is wrong, in a sentence, redacted' CODEC(ZSTD(1)),
    Channel LowCardinality(String) COMMENT 'Where it was told, empty for fired and resolved' CODEC(ZSTD(1)),
    DeliveryId String COMMENT 'Id that the receiver saw, empty for fired and resolved' CODEC(ZSTD(1)),
    Attempts UInt32 COMMENT 'Attempts of the delivery so far' CODEC(ZSTD(1)),
    Detail String COMMENT 'Why a delivery failed; without secrets' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (Tenant, AlertId, Timestamp, EventId)
TTL toDateTime(Timestamp) + toIntervalDay(365)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'What alerts did: fired, resolved, told to whom; append-only';

CREATE TABLE IF NOT EXISTS errata_alert_silences
(
    Timestamp DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was said; the latest of a SilenceId wins' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    SilenceId String COMMENT 'The silence' CODEC(ZSTD(1)),
    Actor String COMMENT 'Who said it' CODEC(ZSTD(1)),
    Rule String COMMENT 'Alerts of this rule only, empty for all' CODEC(ZSTD(1)),
    IssueId String COMMENT 'Alerts about this issue only, empty for all' CODEC(ZSTD(1)),
    ServiceName String COMMENT 'Alerts about this service only, empty for all' CODEC(ZSTD(1)),
    Code String COMMENT 'Alerts of this code only, empty for all' CODEC(ZSTD(1)),
    Until DateTime64(3, 'UTC') COMMENT 'When it ends; ending one early adds a row with an earlier time' CODEC(ZSTD(1)),
    Comment String COMMENT 'Why' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (Tenant, SilenceId, Timestamp)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'Alerts that nobody wants to hear for a while; append-only';
