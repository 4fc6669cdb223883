-- Who may call the API, and what callers did. Rows are only ever added: a key is what was last said of it.

CREATE TABLE IF NOT EXISTS errata_keys
(
    Timestamp DateTime64(9, 'UTC') COMMENT 'When this was said' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant whose rows the key reads' CODEC(ZSTD(1)),
    KeyId String COMMENT 'Id of the key: the part of it that is no secret' CODEC(ZSTD(1)),
    Action LowCardinality(String) COMMENT 'create, revoke or use; of the last the latest counts' CODEC(ZSTD(1)),
    Actor String COMMENT 'Who created or revoked it' CODEC(ZSTD(1)),
    Name String COMMENT 'What it is for, in words' CODEC(ZSTD(1)),
    Role LowCardinality(String) COMMENT 'viewer, member or admin' CODEC(ZSTD(1)),
    SecretSha256 String COMMENT 'SHA-256 of its secret, hex; the secret itself is nowhere' CODEC(ZSTD(1)),
    ExpiresAt DateTime64(3, 'UTC') COMMENT 'From when on it is refused' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(Timestamp)
ORDER BY (Tenant, KeyId, Action)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'API keys: created, revoked, used';

CREATE TABLE IF NOT EXISTS errata_audit
(
    Timestamp DateTime64(9, 'UTC') COMMENT 'When it was begun, or refused' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant of the caller; of an unknown caller the empty one' CODEC(ZSTD(1)),
    EntryId String COMMENT 'Id of the entry: a row says that it began, a second one how it ended' CODEC(ZSTD(1)),
    Actor String COMMENT 'Id of a key, subject of a token, or user of the machine; empty if unknown' CODEC(ZSTD(1)),
    Operation LowCardinality(String) COMMENT 'Operation of the API, or authenticate for a refusal' CODEC(ZSTD(1)),
    Subject String COMMENT 'What it was done to: an id or a name' CODEC(ZSTD(1)),
    Outcome LowCardinality(String) COMMENT 'begun, done, or the code of the problem' CODEC(ZSTD(1)),
    Address String COMMENT 'Address of the caller, empty on the command line' CODEC(ZSTD(1)),
    Count UInt32 COMMENT 'Equal ones within seconds that this row stands for: refusals are counted, not written one by one',
    Step UInt8 COMMENT '0 begun, 1 ended'
)
ENGINE = ReplacingMergeTree(Step)
PARTITION BY toYYYYMM(Timestamp)
ORDER BY (Tenant, Timestamp, EntryId)
TTL toDateTime(Timestamp) + toIntervalDay(400)
SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 100
COMMENT 'What callers changed, and who was refused; kept 400 days: a year and the time to look back at it';
