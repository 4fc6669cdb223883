-- What models answered to reports, append-only, with where each came from.

CREATE TABLE IF NOT EXISTS errata_answers
(
    Timestamp DateTime64(9, 'UTC') COMMENT 'When it was answered' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    Kind LowCardinality(String) COMMENT 'What the report was about: issue, error, trace' CODEC(ZSTD(1)),
    SubjectId String COMMENT 'Fingerprint, event id or trace id' CODEC(ZSTD(1)),
    AnswerId String COMMENT 'Id of this answer' CODEC(ZSTD(1)),
    Actor String COMMENT 'Who asked' CODEC(ZSTD(1)),
    Api LowCardinality(String) COMMENT 'Shape of the endpoint: anthropic, openai' CODEC(ZSTD(1)),
    Host LowCardinality(String) COMMENT 'Host of the endpoint' CODEC(ZSTD(1)),
    Model LowCardinality(String) COMMENT 'Model as the endpoint names it' CODEC(ZSTD(1)),
    PromptVersion UInt16 COMMENT 'Version of the words that it was asked with',
    ReportSha256 String COMMENT 'SHA-256 of the bytes of the report' CODEC(ZSTD(1)),
    InputTokens UInt32 COMMENT 'Tokens of the question, as the endpoint counts them',
    OutputTokens UInt32 COMMENT 'Tokens of the answer',
    Cost Nullable(Float64) COMMENT 'US dollars; NULL where no price was configured',
    Quotes UInt16 COMMENT 'Quotations given as evidence',
    QuotesFound UInt16 COMMENT 'Of these, how many stand in the report',
    Answer String COMMENT 'The answer as JSON text, checked and cleaned; a model wrote it' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (Tenant, Kind, SubjectId, Timestamp, AnswerId)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'What models answered to reports, append-only';
