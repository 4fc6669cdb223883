-- Issues: groups as people see them. No row is ever rewritten: what was done to an issue is appended, and which issue a
-- fingerprint belongs to is the latest row of the map (merges, splits and new fingerprint versions add rows).

CREATE TABLE IF NOT EXISTS errata_issue_events
(
    Timestamp DateTime64(9, 'UTC') DEFAULT now64(9) COMMENT 'When it was done' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    IssueId String COMMENT 'Issue it was done to: a fingerprint, or the id a merge gave' CODEC(ZSTD(1)),
    EventId String COMMENT 'Id of this entry, so that a repeated request adds nothing' CODEC(ZSTD(1)),
    Actor String COMMENT 'Who did it: a user, a key, or a rule' CODEC(ZSTD(1)),
    Action LowCardinality(String) COMMENT 'What was done: resolve, ignore, reopen, assign, comment, merge, split' CODEC(ZSTD(1)),
    Detail String COMMENT 'Details as JSON text' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (Tenant, IssueId, Timestamp, EventId)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'What was done to issues, append-only: who, when, what';

CREATE TABLE IF NOT EXISTS errata_issue_map
(
    Timestamp DateTime64(9, 'UTC') DEFAULT now64(9) COMMENT 'When the mapping was made; the latest wins' CODEC(Delta(8), ZSTD(1)),
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    Fingerprint String COMMENT 'Group key' CODEC(ZSTD(1)),
    IssueId String COMMENT 'Issue the group belongs to; a fingerprint that is not in the map is its own issue' CODEC(ZSTD(1)),
    Actor String COMMENT 'Who mapped it: a user, or a migration of the fingerprint' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (Tenant, Fingerprint, Timestamp)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'Which issue a fingerprint belongs to, append-only';

CREATE VIEW IF NOT EXISTS errata_issues
(
    Tenant LowCardinality(String) COMMENT 'Tenant',
    IssueId String COMMENT 'Issue: its fingerprint, unless the map says otherwise',
    Fingerprints Array(String) COMMENT 'Groups that belong to it',
    Code LowCardinality(String) COMMENT 'Code of the latest occurrence',
    Count UInt64 COMMENT 'Occurrences, exact by EventId',
    Unhandled UInt64 COMMENT 'Occurrences that nobody caught',
    Services Array(String) COMMENT 'Services it was seen in',
    Environments Array(String) COMMENT 'Environments it was seen in',
    FirstSeen DateTime64(9, 'UTC') COMMENT 'Earliest occurrence',
    LastSeen DateTime64(9, 'UTC') COMMENT 'Latest occurrence',
    FirstRelease String COMMENT 'Release of the earliest occurrence',
    LastRelease String COMMENT 'Release of the latest occurrence'
)
AS SELECT
    t.Tenant AS Tenant,
    if(m.IssueId != '', m.IssueId, t.Fingerprint) AS IssueId,
    arraySort(groupUniqArray(t.Fingerprint)) AS Fingerprints,
    argMax(t.Code, t.LastSeen) AS Code,
    sum(t.Count) AS Count,
    sum(t.Unhandled) AS Unhandled,
    arraySort(groupUniqArrayIf(100)(toString(t.ServiceName), t.ServiceName != '')) AS Services,
    arraySort(groupUniqArrayIf(100)(toString(t.Environment), t.Environment != '')) AS Environments,
    min(t.FirstSeen) AS FirstSeen,
    max(t.LastSeen) AS LastSeen,
    toString(argMin(t.Release, t.FirstSeen)) AS FirstRelease,
    toString(argMax(t.Release, t.LastSeen)) AS LastRelease
FROM errata_trends_daily(since = toDateTime(0, 'UTC'), until = toStartOfDay(now('UTC')) + toIntervalDay(3)) AS t
LEFT JOIN
(
    SELECT Tenant, Fingerprint, argMax(IssueId, Timestamp) AS IssueId
    FROM errata_issue_map
    GROUP BY Tenant, Fingerprint
) AS m ON m.Tenant = t.Tenant AND m.Fingerprint = t.Fingerprint
GROUP BY Tenant, IssueId
COMMENT 'Every issue with its totals, over the closed days of errata_trends_1d and the open one';
