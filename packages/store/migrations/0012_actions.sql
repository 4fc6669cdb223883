-- Actions: what was proposed about issues, who decided, and what each attempt did. Append-only; a repeated insert of the same
-- entry adds nothing. What is open, and who works on it, lives in errata's own SQLite file, where it can be locked.

CREATE TABLE IF NOT EXISTS errata_action_events
(
    Timestamp DateTime64(3, 'UTC') COMMENT 'When it happened' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    ActionId String COMMENT 'The proposed action' CODEC(ZSTD(1)),
    EventId String COMMENT 'Id of this entry' CODEC(ZSTD(1)),
    Event LowCardinality(String) COMMENT 'proposed, approved, rejected, cancelled, expired, started, later, done, failed, or unknown' CODEC(ZSTD(1)),
    Action LowCardinality(String) COMMENT 'Name of the action in the configuration' CODEC(ZSTD(1)),
    Kind LowCardinality(String) COMMENT 'github, gitlab, tracker, webhook, command or agent' CODEC(ZSTD(1)),
    IssueId String COMMENT 'Issue it is about' CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service it is about, empty if none was named' CODEC(ZSTD(1)),
    Code LowCardinality(String) COMMENT 'Code of the issue' CODEC(ZSTD(1)),
    Actor String COMMENT 'Who did it: a person, a key, policy:<name>, or the process that ran it' CODEC(ZSTD(1)),
    Attempt UInt32 COMMENT 'Attempt it belongs to, 0 for what was decided' CODEC(ZSTD(1)),
    ExitCode Nullable(Int32) COMMENT 'Exit code of a command that ended by itself' CODEC(ZSTD(1)),
    Status Nullable(UInt16) COMMENT 'HTTP status of a receiver that answered' CODEC(ZSTD(1)),
    Detail String COMMENT 'Why, in a sentence; without secrets' CODEC(ZSTD(1)),
    Output String COMMENT 'What was proposed, or what the attempt printed or was answered: redacted, and cut' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (Tenant, ActionId, Timestamp, EventId)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'What was proposed, decided and done about issues, append-only';
