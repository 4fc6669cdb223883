-- Counting, and trends by hour and by day.
--
-- errata_occurrences is the one home of the counting rule; everything that counts reads it:
--   * a record counts once, however often it arrives: one row per EventId, with its largest Count;
--   * a failure that came as a log and as an event of its span counts once: a span row is left out if a log of its
--     group names the span, and a span counts once per group. "Names" means in the same clock hour or in one beside
--     it, so that a bucket, a day and a total agree without looking at all of time.
--
-- Texts for SCHEMA.md (a view with parameters cannot have column comments):
-- errata_occurrences.Tenant: Tenant
-- errata_occurrences.Fingerprint: Group key
-- errata_occurrences.Timestamp: When it happened
-- errata_occurrences.EventId: Id of the occurrence
-- errata_occurrences.Count: Occurrences it stands for: what to sum
-- errata_occurrences.Signal: log, or span where only the span told
-- errata_occurrences.ServiceName: Service that failed
-- errata_occurrences.Environment: Deployment environment
-- errata_occurrences.Release: Release
-- errata_occurrences.TaskName: Task name
-- errata_occurrences.TraceId: Trace in which it happened
-- errata_occurrences.Code: Code of the error
-- errata_occurrences.Handled: false if nobody caught it
-- errata_occurrences.RunId: The errata run it belongs to
CREATE VIEW IF NOT EXISTS errata_occurrences
AS SELECT
    e.Tenant AS Tenant,
    e.Fingerprint AS Fingerprint,
    min(e.Timestamp) AS Timestamp,
    any(e.EventId) AS EventId,
    max(e.Count) AS Count,
    any(e.Signal) AS Signal,
    any(e.ServiceName) AS ServiceName,
    any(e.Environment) AS Environment,
    any(e.Release) AS Release,
    any(e.TaskName) AS TaskName,
    any(e.TraceId) AS TraceId,
    any(e.Code) AS Code,
    any(e.Handled) AS Handled,
    any(e.RunId) AS RunId
FROM errata_errors AS e
WHERE e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
    AND (e.Signal != 'span' OR e.SpanId = '' OR (e.Tenant, e.Fingerprint, e.TraceId, e.SpanId, toStartOfHour(e.Timestamp)) NOT IN (
        SELECT
            n.Tenant,
            n.Fingerprint,
            n.TraceId,
            n.SpanId,
            arrayJoin(if(
                n.Signal = 'span',
                [toStartOfHour(n.Timestamp) + toIntervalHour(1)],
                [toStartOfHour(n.Timestamp) - toIntervalHour(1), toStartOfHour(n.Timestamp), toStartOfHour(n.Timestamp) + toIntervalHour(1)]))
        FROM errata_errors AS n
        WHERE n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND n.Timestamp < {until:DateTime64(9)} + toIntervalHour(2)
            AND n.SpanId != ''
            AND (n.TraceId, n.SpanId) IN (
                SELECT s.TraceId, s.SpanId
                FROM errata_errors AS s
                WHERE s.Signal = 'span' AND s.SpanId != ''
                    AND s.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND s.Timestamp < {until:DateTime64(9)} + toIntervalHour(2))))
GROUP BY
    Tenant,
    Fingerprint,
    if(e.Signal = 'span' AND e.SpanId != '', concat('span ', e.TraceId, e.SpanId, toString(toStartOfHour(e.Timestamp))), e.EventId)
COMMENT 'Counted occurrences between two times: SELECT sum(Count) FROM errata_occurrences(since = ..., until = ...)';

CREATE TABLE IF NOT EXISTS errata_trends_1h
(
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    Bucket DateTime('UTC') COMMENT 'Start of the hour' CODEC(Delta(4), ZSTD(1)),
    Fingerprint String COMMENT 'Group key' CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service that failed' CODEC(ZSTD(1)),
    Environment LowCardinality(String) COMMENT 'Deployment environment' CODEC(ZSTD(1)),
    Release LowCardinality(String) COMMENT 'Release; _other beyond the first 1000 of a tenant and day' CODEC(ZSTD(1)),
    TaskName LowCardinality(String) COMMENT 'Task name; _other beyond the first 1000 of a tenant and day' CODEC(ZSTD(1)),
    Count UInt64 COMMENT 'Occurrences, exact by EventId' CODEC(ZSTD(1)),
    Unhandled UInt64 COMMENT 'Occurrences that nobody caught' CODEC(ZSTD(1)),
    Code LowCardinality(String) COMMENT 'Code of the latest occurrence' CODEC(ZSTD(1)),
    FirstSeen DateTime64(9, 'UTC') COMMENT 'Earliest occurrence in the bucket' CODEC(ZSTD(1)),
    LastSeen DateTime64(9, 'UTC') COMMENT 'Latest occurrence in the bucket' CODEC(ZSTD(1)),
    FoldedReleases UInt32 COMMENT 'Releases that _other stands for here' CODEC(ZSTD(1)),
    FoldedTasks UInt32 COMMENT 'Task names that _other stands for here' CODEC(ZSTD(1)),
    RefreshedAt DateTime64(3, 'UTC') COMMENT 'When the bucket was computed; only the rows of its latest computation count' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(RefreshedAt)
PARTITION BY toYYYYMM(Bucket)
ORDER BY (Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName)
TTL Bucket + toIntervalDay(100)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'Closed hours, computed by errata_trends_1h_mv. Read errata_trends_hourly, which adds the hours that are open or have changed';

CREATE TABLE IF NOT EXISTS errata_trends_1d
(
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    Bucket DateTime('UTC') COMMENT 'Start of the day, UTC' CODEC(Delta(4), ZSTD(1)),
    Fingerprint String COMMENT 'Group key' CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service that failed' CODEC(ZSTD(1)),
    Environment LowCardinality(String) COMMENT 'Deployment environment' CODEC(ZSTD(1)),
    Release LowCardinality(String) COMMENT 'Release; _other beyond the first 1000 of a tenant and day' CODEC(ZSTD(1)),
    TaskName LowCardinality(String) COMMENT 'Task name; _other beyond the first 1000 of a tenant and day' CODEC(ZSTD(1)),
    Count UInt64 COMMENT 'Occurrences, exact by EventId' CODEC(ZSTD(1)),
    Unhandled UInt64 COMMENT 'Occurrences that nobody caught' CODEC(ZSTD(1)),
    Code LowCardinality(String) COMMENT 'Code of the latest occurrence' CODEC(ZSTD(1)),
    FirstSeen DateTime64(9, 'UTC') COMMENT 'Earliest occurrence in the bucket' CODEC(ZSTD(1)),
    LastSeen DateTime64(9, 'UTC') COMMENT 'Latest occurrence in the bucket' CODEC(ZSTD(1)),
    FoldedReleases UInt32 COMMENT 'Releases that _other stands for here' CODEC(ZSTD(1)),
    FoldedTasks UInt32 COMMENT 'Task names that _other stands for here' CODEC(ZSTD(1)),
    RefreshedAt DateTime64(3, 'UTC') COMMENT 'When the bucket was computed; only the rows of its latest computation count' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(RefreshedAt)
PARTITION BY toYear(Bucket)
ORDER BY (Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName)
TTL Bucket + toIntervalDay(800)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'Closed days, computed by errata_trends_1d_mv. Read errata_trends_daily, which adds the days that are open or have changed';

-- Which buckets the trends tables do not know yet: rows arrived since the last computation (by InsertedAt, so a record
-- that is a month late counts too), or they were open then. Ten minutes of margin: an insert takes its InsertedAt when it
-- starts and is seen when it ends. Bounded to the 32 days in which a row can arrive (times are clamped to 30 days ago).
-- The hours beside a changed one change with it, because a log may speak for a span of the next hour.
CREATE VIEW IF NOT EXISTS errata_stale_hours
(
    Bucket DateTime('UTC') COMMENT 'Start of the hour'
)
AS SELECT DISTINCT arrayJoin([Hour - toIntervalHour(1), Hour, Hour + toIntervalHour(1)]) AS Bucket
FROM
(
    SELECT DISTINCT toStartOfHour(Timestamp) AS Hour
    FROM errata_errors
    WHERE InsertedAt >= (SELECT max(RefreshedAt) - toIntervalMinute(10) FROM errata_trends_1h)
        AND Timestamp >= now64(9, 'UTC') - toIntervalDay(32)
    UNION DISTINCT
    SELECT DISTINCT toStartOfHour(Timestamp) AS Hour
    FROM errata_errors
    WHERE Timestamp >= greatest(
        (SELECT max(RefreshedAt) - toIntervalMinute(70) FROM errata_trends_1h),
        now64(3, 'UTC') - toIntervalDay(32))
)
COMMENT 'Hours of which errata_trends_1h does not hold the last word';

CREATE VIEW IF NOT EXISTS errata_stale_days
(
    Bucket DateTime('UTC') COMMENT 'Start of the day, UTC'
)
AS SELECT DISTINCT toStartOfDay(arrayJoin([Hour - toIntervalHour(1), Hour, Hour + toIntervalHour(1)])) AS Bucket
FROM
(
    SELECT DISTINCT toStartOfHour(Timestamp) AS Hour
    FROM errata_errors
    WHERE InsertedAt >= (SELECT max(RefreshedAt) - toIntervalMinute(10) FROM errata_trends_1d)
        AND Timestamp >= now64(9, 'UTC') - toIntervalDay(32)
    UNION DISTINCT
    SELECT DISTINCT toStartOfHour(Timestamp) AS Hour
    FROM errata_errors
    WHERE Timestamp >= greatest(
        (SELECT max(RefreshedAt) - toIntervalMinute(1450) FROM errata_trends_1d),
        now64(3, 'UTC') - toIntervalDay(32))
)
COMMENT 'Days of which errata_trends_1d does not hold the last word';

-- APPEND, because the default database of errata local is an Overlay one, where ClickHouse allows no other kind, and
-- because a bucket is replaced as a whole: its rows carry one RefreshedAt and lie in one partition, so they appear at
-- once. EMPTY: nothing to compute at the migration. The rows of Count 0 say that a bucket was computed even if nothing
-- is left in it (a log took over from a span of the hour before): without them its former rows would stand.
CREATE MATERIALIZED VIEW IF NOT EXISTS errata_trends_1h_mv
REFRESH EVERY 1 HOUR OFFSET 5 MINUTE APPEND TO errata_trends_1h EMPTY
AS SELECT *, now64(3, 'UTC') AS RefreshedAt
FROM
(
    SELECT
        o.Tenant AS Tenant,
        toStartOfHour(o.Timestamp) AS Bucket,
        o.Fingerprint AS Fingerprint,
        o.ServiceName AS ServiceName,
        o.Environment AS Environment,
        if(KeptRelease, o.Release, '_other') AS Release,
        if(KeptTask, o.TaskName, '_other') AS TaskName,
        sum(o.Count) AS Count,
        sumIf(o.Count, NOT o.Handled) AS Unhandled,
        argMax(o.Code, o.Timestamp) AS Code,
        min(o.Timestamp) AS FirstSeen,
        max(o.Timestamp) AS LastSeen,
        toUInt32(uniqExactIf(o.Release, NOT KeptRelease)) AS FoldedReleases,
        toUInt32(uniqExactIf(o.TaskName, NOT KeptTask)) AS FoldedTasks
    FROM
    (
        SELECT
            *,
            (Tenant, toDate(Timestamp), Release) IN (
                SELECT Tenant, toDate(Timestamp) AS Day, Release
                FROM errata_errors
                WHERE toStartOfDay(Timestamp) IN (SELECT toStartOfDay(Bucket) FROM errata_stale_hours)
                GROUP BY Tenant, Day, Release
                ORDER BY min(Timestamp), Release
                LIMIT 1000 BY Tenant, Day) AS KeptRelease,
            (Tenant, toDate(Timestamp), TaskName) IN (
                SELECT Tenant, toDate(Timestamp) AS Day, TaskName
                FROM errata_errors
                WHERE toStartOfDay(Timestamp) IN (SELECT toStartOfDay(Bucket) FROM errata_stale_hours)
                GROUP BY Tenant, Day, TaskName
                ORDER BY min(Timestamp), TaskName
                LIMIT 1000 BY Tenant, Day) AS KeptTask
        FROM errata_occurrences(
            since = (SELECT min(Bucket) FROM errata_stale_hours),
            until = (SELECT max(Bucket) + toIntervalHour(1) FROM errata_stale_hours))
    ) AS o
    WHERE toStartOfHour(o.Timestamp) IN (SELECT Bucket FROM errata_stale_hours)
        AND toStartOfHour(o.Timestamp) + toIntervalHour(1) <= now('UTC')
    GROUP BY Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName
    UNION ALL
    SELECT
        b.Tenant AS Tenant,
        b.Bucket AS Bucket,
        '' AS Fingerprint,
        '' AS ServiceName,
        '' AS Environment,
        '' AS Release,
        '' AS TaskName,
        toUInt64(0) AS Count,
        toUInt64(0) AS Unhandled,
        '' AS Code,
        toDateTime64(b.Bucket, 9, 'UTC') AS FirstSeen,
        toDateTime64(b.Bucket, 9, 'UTC') AS LastSeen,
        toUInt32(0) AS FoldedReleases,
        toUInt32(0) AS FoldedTasks
    FROM (SELECT DISTINCT Tenant, Bucket FROM errata_trends_1h) AS b
    WHERE b.Bucket IN (SELECT Bucket FROM errata_stale_hours)
)
COMMENT 'Computes the closed hours that have changed';

CREATE MATERIALIZED VIEW IF NOT EXISTS errata_trends_1d_mv
REFRESH EVERY 1 DAY OFFSET 10 MINUTE APPEND TO errata_trends_1d EMPTY
AS SELECT *, now64(3, 'UTC') AS RefreshedAt
FROM
(
    SELECT
        o.Tenant AS Tenant,
        toStartOfDay(o.Timestamp) AS Bucket,
        o.Fingerprint AS Fingerprint,
        o.ServiceName AS ServiceName,
        o.Environment AS Environment,
        if(KeptRelease, o.Release, '_other') AS Release,
        if(KeptTask, o.TaskName, '_other') AS TaskName,
        sum(o.Count) AS Count,
        sumIf(o.Count, NOT o.Handled) AS Unhandled,
        argMax(o.Code, o.Timestamp) AS Code,
        min(o.Timestamp) AS FirstSeen,
        max(o.Timestamp) AS LastSeen,
        toUInt32(uniqExactIf(o.Release, NOT KeptRelease)) AS FoldedReleases,
        toUInt32(uniqExactIf(o.TaskName, NOT KeptTask)) AS FoldedTasks
    FROM
    (
        SELECT
            *,
            (Tenant, toDate(Timestamp), Release) IN (
                SELECT Tenant, toDate(Timestamp) AS Day, Release
                FROM errata_errors
                WHERE toStartOfDay(Timestamp) IN (SELECT Bucket FROM errata_stale_days)
                GROUP BY Tenant, Day, Release
                ORDER BY min(Timestamp), Release
                LIMIT 1000 BY Tenant, Day) AS KeptRelease,
            (Tenant, toDate(Timestamp), TaskName) IN (
                SELECT Tenant, toDate(Timestamp) AS Day, TaskName
                FROM errata_errors
                WHERE toStartOfDay(Timestamp) IN (SELECT Bucket FROM errata_stale_days)
                GROUP BY Tenant, Day, TaskName
                ORDER BY min(Timestamp), TaskName
                LIMIT 1000 BY Tenant, Day) AS KeptTask
        FROM errata_occurrences(
            since = (SELECT min(Bucket) FROM errata_stale_days),
            until = (SELECT max(Bucket) + toIntervalDay(1) FROM errata_stale_days))
    ) AS o
    WHERE toStartOfDay(o.Timestamp) IN (SELECT Bucket FROM errata_stale_days)
        AND toStartOfDay(o.Timestamp) + toIntervalDay(1) <= now('UTC')
    GROUP BY Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName
    UNION ALL
    SELECT
        b.Tenant AS Tenant,
        b.Bucket AS Bucket,
        '' AS Fingerprint,
        '' AS ServiceName,
        '' AS Environment,
        '' AS Release,
        '' AS TaskName,
        toUInt64(0) AS Count,
        toUInt64(0) AS Unhandled,
        '' AS Code,
        toDateTime64(b.Bucket, 9, 'UTC') AS FirstSeen,
        toDateTime64(b.Bucket, 9, 'UTC') AS LastSeen,
        toUInt32(0) AS FoldedReleases,
        toUInt32(0) AS FoldedTasks
    FROM (SELECT DISTINCT Tenant, Bucket FROM errata_trends_1d) AS b
    WHERE b.Bucket IN (SELECT Bucket FROM errata_stale_days)
)
COMMENT 'Computes the closed days that have changed';

-- Closed and open parts united. Exact at any moment: the tables only save the time of counting again.
--
-- errata_trends_hourly.Tenant: Tenant
-- errata_trends_hourly.Bucket: Start of the hour
-- errata_trends_hourly.Fingerprint: Group key
-- errata_trends_hourly.ServiceName: Service that failed
-- errata_trends_hourly.Environment: Deployment environment
-- errata_trends_hourly.Release: Release; in closed buckets _other beyond the first 1000 of a tenant and day
-- errata_trends_hourly.TaskName: Task name; in closed buckets _other beyond the first 1000 of a tenant and day
-- errata_trends_hourly.Count: Occurrences, exact by EventId
-- errata_trends_hourly.Unhandled: Occurrences that nobody caught
-- errata_trends_hourly.Code: Code of the latest occurrence
-- errata_trends_hourly.FirstSeen: Earliest occurrence in the bucket
-- errata_trends_hourly.LastSeen: Latest occurrence in the bucket
CREATE VIEW IF NOT EXISTS errata_trends_hourly
AS SELECT Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName, Count, Unhandled, Code, FirstSeen, LastSeen
FROM errata_trends_1h
WHERE Bucket >= {since:DateTime} AND Bucket < {until:DateTime}
    AND Bucket NOT IN (SELECT Bucket FROM errata_stale_hours)
    AND (Tenant, Bucket, RefreshedAt) IN (
        SELECT Tenant, Bucket, max(RefreshedAt)
        FROM errata_trends_1h
        WHERE Bucket >= {since:DateTime} AND Bucket < {until:DateTime}
        GROUP BY Tenant, Bucket)
    AND Count > 0
UNION ALL
SELECT
    o.Tenant AS Tenant,
    toStartOfHour(o.Timestamp) AS Bucket,
    o.Fingerprint AS Fingerprint,
    o.ServiceName AS ServiceName,
    o.Environment AS Environment,
    o.Release AS Release,
    o.TaskName AS TaskName,
    sum(o.Count) AS Count,
    sumIf(o.Count, NOT o.Handled) AS Unhandled,
    argMax(o.Code, o.Timestamp) AS Code,
    min(o.Timestamp) AS FirstSeen,
    max(o.Timestamp) AS LastSeen
FROM errata_occurrences(
    since = (SELECT greatest(min(Bucket), {since:DateTime}) FROM errata_stale_hours),
    until = (SELECT least(max(Bucket) + toIntervalHour(1), {until:DateTime}) FROM errata_stale_hours)) AS o
WHERE toStartOfHour(o.Timestamp) IN (SELECT Bucket FROM errata_stale_hours)
GROUP BY Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName
COMMENT 'Counts per hour, exact at any moment; since and until are whole hours: errata_trends_hourly(since = ..., until = ...)';

-- errata_trends_daily.Tenant: Tenant
-- errata_trends_daily.Bucket: Start of the day, UTC
-- errata_trends_daily.Fingerprint: Group key
-- errata_trends_daily.ServiceName: Service that failed
-- errata_trends_daily.Environment: Deployment environment
-- errata_trends_daily.Release: Release; in closed buckets _other beyond the first 1000 of a tenant and day
-- errata_trends_daily.TaskName: Task name; in closed buckets _other beyond the first 1000 of a tenant and day
-- errata_trends_daily.Count: Occurrences, exact by EventId
-- errata_trends_daily.Unhandled: Occurrences that nobody caught
-- errata_trends_daily.Code: Code of the latest occurrence
-- errata_trends_daily.FirstSeen: Earliest occurrence in the bucket
-- errata_trends_daily.LastSeen: Latest occurrence in the bucket
CREATE VIEW IF NOT EXISTS errata_trends_daily
AS SELECT Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName, Count, Unhandled, Code, FirstSeen, LastSeen
FROM errata_trends_1d
WHERE Bucket >= {since:DateTime} AND Bucket < {until:DateTime}
    AND Bucket NOT IN (SELECT Bucket FROM errata_stale_days)
    AND (Tenant, Bucket, RefreshedAt) IN (
        SELECT Tenant, Bucket, max(RefreshedAt)
        FROM errata_trends_1d
        WHERE Bucket >= {since:DateTime} AND Bucket < {until:DateTime}
        GROUP BY Tenant, Bucket)
    AND Count > 0
UNION ALL
SELECT
    o.Tenant AS Tenant,
    toStartOfDay(o.Timestamp) AS Bucket,
    o.Fingerprint AS Fingerprint,
    o.ServiceName AS ServiceName,
    o.Environment AS Environment,
    o.Release AS Release,
    o.TaskName AS TaskName,
    sum(o.Count) AS Count,
    sumIf(o.Count, NOT o.Handled) AS Unhandled,
    argMax(o.Code, o.Timestamp) AS Code,
    min(o.Timestamp) AS FirstSeen,
    max(o.Timestamp) AS LastSeen
FROM errata_occurrences(
    since = (SELECT greatest(min(Bucket), {since:DateTime}) FROM errata_stale_days),
    until = (SELECT least(max(Bucket) + toIntervalDay(1), {until:DateTime}) FROM errata_stale_days)) AS o
WHERE toStartOfDay(o.Timestamp) IN (SELECT Bucket FROM errata_stale_days)
GROUP BY Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName
COMMENT 'Counts per day (UTC), exact at any moment; since and until are whole days: errata_trends_daily(since = ..., until = ...)';
