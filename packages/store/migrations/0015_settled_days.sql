-- Days that are over are counted once: a list of issues reads what was counted of them, and counts only the rest.
--
-- A day is settled if it was counted after the last of its errors arrived, two minutes later at least: an arrival is noted when
-- its block is written and seen when it is committed. What is not settled is counted as ever, by errata_occurrences, so
-- answers are exact at any moment, also right after a record that is weeks late: its arrival unsettles its day, and where it lies in
-- the first or last hour also the day beside it, because a log may speak for a span there. Who deletes errors notes
-- it here too. Where nothing is ever computed, everything is counted.

CREATE TABLE IF NOT EXISTS errata_arrivals
(
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    Hour DateTime('UTC') COMMENT 'Start of the hour in which errors happened' CODEC(Delta(4), ZSTD(1)),
    ArrivedAt SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'When the latest row of that hour arrived' CODEC(ZSTD(1)),
    DeletingUntil SimpleAggregateFunction(max, DateTime64(3, 'UTC')) COMMENT 'Until when rows of that hour may be being deleted by errata subject or errata retention: an hour from when that begins' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(Hour)
ORDER BY (Tenant, Hour)
TTL Hour + toIntervalDay(45)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'When errors of each hour last arrived or were deleted: what tells which hours and days to count again';

CREATE MATERIALIZED VIEW IF NOT EXISTS errata_arrivals_mv TO errata_arrivals
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT
    e.Tenant AS Tenant,
    toStartOfHour(e.Timestamp) AS Hour,
    max(nowInBlock64(3, 'UTC')) AS ArrivedAt
FROM errata_errors AS e
GROUP BY Tenant, Hour
COMMENT 'Notes when errors arrive';

-- Also what arrived before; running twice changes nothing.
INSERT INTO errata_arrivals (Tenant, Hour, ArrivedAt)
SELECT e.Tenant, toStartOfHour(e.Timestamp) AS Hour, max(e.InsertedAt)
FROM errata_errors AS e
WHERE e.Timestamp >= now64(9, 'UTC') - toIntervalDay(40)
GROUP BY e.Tenant, Hour;

-- The counting rule of 0008_occurrences.sql, in two ways different. It counts day by day, so that the counts of days add up to any
-- total: a record that was sent again with a time on another day counts on each. Only one whose time was out of range, and moved to
-- the time of arrival, can. And days may be left out, whose errors are then not read: `without`, and those of them that lie within,
-- both days beside them left out too: no log of these can speak for a span of a day that is counted.
--
-- errata_occurrences_without.Tenant: Tenant
-- errata_occurrences_without.Fingerprint: Group key
-- errata_occurrences_without.Timestamp: When it happened
-- errata_occurrences_without.EventId: Id of the occurrence
-- errata_occurrences_without.Count: Occurrences it stands for: what to sum
-- errata_occurrences_without.Signal: log, or span where only the span told
-- errata_occurrences_without.ServiceName: Service that failed
-- errata_occurrences_without.Environment: Deployment environment
-- errata_occurrences_without.Release: Release
-- errata_occurrences_without.TaskName: Task name
-- errata_occurrences_without.TraceId: Trace in which it happened
-- errata_occurrences_without.Code: Code of the error
-- errata_occurrences_without.Handled: false if nobody caught it
-- errata_occurrences_without.RunId: The errata run it belongs to
-- errata_occurrences_without.Day: Day in which it happened, UTC
-- errata_occurrences.Day: Day in which it happened, UTC
CREATE VIEW IF NOT EXISTS errata_occurrences_without
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
    any(e.RunId) AS RunId,
    toDate(e.Timestamp) AS Day
FROM errata_errors AS e
WHERE e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
    AND toDate(e.Timestamp) NOT IN {without:Array(Date)}
    AND (e.Signal != 'span' OR e.SpanId = ''
        OR sipHash128(1, e.Tenant, e.Fingerprint, e.TraceId, e.SpanId, toStartOfHour(e.Timestamp)) NOT IN (
            SELECT arrayJoin(arrayConcat(
                arrayMap(h -> sipHash128(1, n.Tenant, n.Fingerprint, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), if(n.Signal = 'span', [1], [-1, 0, 1])),
                if(n.Signal = 'span' OR n.Template = '', [], arrayMap(h -> sipHash128(2, n.Tenant, n.Template, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), [-1, 0, 1]))))
            FROM errata_errors AS n
            WHERE n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND n.Timestamp < {until:DateTime64(9)} + toIntervalHour(2)
                AND toDate(n.Timestamp) NOT IN {within:Array(Date)}
                AND n.SpanId != ''
                AND (n.TraceId, n.SpanId) IN (
                    SELECT s.TraceId, s.SpanId
                    FROM errata_errors AS s
                    WHERE s.Signal = 'span' AND s.SpanId != ''
                        AND s.Timestamp >= {since:DateTime64(9)} AND s.Timestamp < {until:DateTime64(9)}
                        AND toDate(s.Timestamp) NOT IN {without:Array(Date)}))
        AND sipHash128(2, e.Tenant, e.Template, e.TraceId, e.SpanId, toStartOfHour(e.Timestamp)) NOT IN (
            SELECT arrayJoin(arrayConcat(
                arrayMap(h -> sipHash128(1, n.Tenant, n.Fingerprint, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), if(n.Signal = 'span', [1], [-1, 0, 1])),
                if(n.Signal = 'span' OR n.Template = '', [], arrayMap(h -> sipHash128(2, n.Tenant, n.Template, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), [-1, 0, 1]))))
            FROM errata_errors AS n
            WHERE n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND n.Timestamp < {until:DateTime64(9)} + toIntervalHour(2)
                AND toDate(n.Timestamp) NOT IN {within:Array(Date)}
                AND n.SpanId != ''
                AND (n.TraceId, n.SpanId) IN (
                    SELECT s.TraceId, s.SpanId
                    FROM errata_errors AS s
                    WHERE s.Signal = 'span' AND s.SpanId != ''
                        AND s.Timestamp >= {since:DateTime64(9)} AND s.Timestamp < {until:DateTime64(9)}
                        AND toDate(s.Timestamp) NOT IN {without:Array(Date)})))
GROUP BY
    Tenant,
    Fingerprint,
    Day,
    if(e.Signal = 'span' AND e.SpanId != '', concat('span ', e.TraceId, e.SpanId, toString(toStartOfHour(e.Timestamp))), e.EventId)
COMMENT 'Counted occurrences between two times but for some days: the one home of the counting rule';

CREATE OR REPLACE VIEW errata_occurrences
AS SELECT *
FROM errata_occurrences_without(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}, without = []::Array(Date), within = []::Array(Date))
COMMENT 'Counted occurrences between two times: SELECT sum(Count) FROM errata_occurrences(since = ..., until = ...)';

CREATE TABLE IF NOT EXISTS errata_settled_days
(
    Tenant LowCardinality(String) COMMENT 'Tenant' CODEC(ZSTD(1)),
    Day Date COMMENT 'Day, UTC' CODEC(Delta(2), ZSTD(1)),
    Fingerprint String COMMENT 'Group key' CODEC(ZSTD(1)),
    ServiceName LowCardinality(String) COMMENT 'Service that failed' CODEC(ZSTD(1)),
    Environment LowCardinality(String) COMMENT 'Deployment environment' CODEC(ZSTD(1)),
    Code LowCardinality(String) COMMENT 'Code of the errors' CODEC(ZSTD(1)),
    Count UInt64 COMMENT 'Occurrences, exact by EventId; 0 in the row that says a day was computed' CODEC(ZSTD(1)),
    Unhandled UInt64 COMMENT 'Occurrences that nobody caught' CODEC(ZSTD(1)),
    LastSeen DateTime64(9, 'UTC') COMMENT 'Latest occurrence of the day' CODEC(ZSTD(1)),
    LastRelease LowCardinality(String) COMMENT 'Release of the latest occurrence' CODEC(ZSTD(1)),
    Traces Array(UInt64) COMMENT 'Traces that hold them, each as sipHash64' CODEC(ZSTD(1)),
    ComputedAt DateTime64(3, 'UTC') COMMENT 'When the day was computed; only the rows of its latest computation count' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(ComputedAt)
PARTITION BY toYYYYMM(Day)
ORDER BY (Tenant, Fingerprint, Day, ServiceName, Environment, Code)
TTL Day + toIntervalDay(45)
SETTINGS index_granularity = 8192, non_replicated_deduplication_window = 100
COMMENT 'Days that are over, counted once by errata_settled_days_mv. Read errata_occurrences for what is exact: a day may have changed since';

-- Ten quiet minutes first: a day to which errors arrive all the time would be counted again and again. At most 34 days back: from
-- the 35th on errors of severity low go.
CREATE VIEW IF NOT EXISTS errata_unsettled_days
(
    Tenant LowCardinality(String) COMMENT 'Tenant',
    Day Date COMMENT 'Day, UTC'
)
AS SELECT a.Tenant AS Tenant, a.Day AS Day
FROM
(
    SELECT Tenant, toDate(arrayJoin([Hour - toIntervalHour(1), Hour, Hour + toIntervalHour(1)])) AS Day, max(greatest(ArrivedAt, DeletingUntil)) AS ChangedAt
    FROM errata_arrivals
    GROUP BY Tenant, Day
) AS a
LEFT JOIN
(
    SELECT Tenant, Day, max(ComputedAt) AS ComputedAt
    FROM errata_settled_days
    WHERE Fingerprint = '' AND Count = 0
    GROUP BY Tenant, Day
) AS c ON c.Tenant = a.Tenant AND c.Day = a.Day
WHERE a.Day < toDate(now('UTC')) AND a.Day > toDate(now('UTC')) - 34
    AND a.ChangedAt < now64(3, 'UTC') - toIntervalMinute(10)
    AND c.ComputedAt <= a.ChangedAt + toIntervalMinute(2)
COMMENT 'Days that are over and quiet, and of which errata_settled_days does not hold the last word';

-- APPEND as the views of 0004_trends.sql, and for their reasons. The row of Count 0 says that a day was computed.
CREATE MATERIALIZED VIEW IF NOT EXISTS errata_settled_days_mv
REFRESH EVERY 30 MINUTE OFFSET 8 MINUTE APPEND TO errata_settled_days EMPTY
AS SELECT *, now64(3, 'UTC') AS ComputedAt
FROM
(
    SELECT
        o.Tenant AS Tenant,
        o.Day AS Day,
        o.Fingerprint AS Fingerprint,
        o.ServiceName AS ServiceName,
        o.Environment AS Environment,
        o.Code AS Code,
        sum(o.Count) AS Count,
        sumIf(o.Count, NOT o.Handled) AS Unhandled,
        max(o.Timestamp) AS LastSeen,
        argMax(o.Release, o.Timestamp) AS LastRelease,
        groupUniqArrayIf(sipHash64(o.TraceId), o.TraceId != '') AS Traces
    FROM errata_occurrences(
        since = (SELECT toDateTime64(min(Day), 9, 'UTC') FROM errata_unsettled_days),
        until = (SELECT toDateTime64(max(Day) + 1, 9, 'UTC') FROM errata_unsettled_days)) AS o
    WHERE o.Day IN (SELECT Day FROM errata_unsettled_days) AND (o.Tenant, o.Day) IN (SELECT Tenant, Day FROM errata_unsettled_days)
    GROUP BY Tenant, Day, Fingerprint, ServiceName, Environment, Code
    UNION ALL
    SELECT
        u.Tenant AS Tenant,
        u.Day AS Day,
        '' AS Fingerprint,
        '' AS ServiceName,
        '' AS Environment,
        '' AS Code,
        toUInt64(0) AS Count,
        toUInt64(0) AS Unhandled,
        toDateTime64(u.Day, 9, 'UTC') AS LastSeen,
        '' AS LastRelease,
        []::Array(UInt64) AS Traces
    FROM errata_unsettled_days AS u
)
COMMENT 'Counts the days that are over and have changed';

-- The same of the trends: which buckets to count again is known from the arrivals, without reading errors.
CREATE OR REPLACE VIEW errata_stale_hours
(
    Bucket DateTime('UTC') COMMENT 'Start of the hour'
)
AS SELECT DISTINCT arrayJoin([Hour - toIntervalHour(1), Hour, Hour + toIntervalHour(1)]) AS Bucket
FROM errata_arrivals
WHERE Hour >= toStartOfHour(now('UTC') - toIntervalDay(32))
    AND (ArrivedAt >= (SELECT max(RefreshedAt) - toIntervalMinute(10) FROM errata_trends_1h)
        OR Hour >= (SELECT toStartOfHour(max(RefreshedAt) - toIntervalMinute(70)) FROM errata_trends_1h))
COMMENT 'Hours of which errata_trends_1h does not hold the last word';

CREATE OR REPLACE VIEW errata_stale_days
(
    Bucket DateTime('UTC') COMMENT 'Start of the day, UTC'
)
AS SELECT DISTINCT toStartOfDay(arrayJoin([Hour - toIntervalHour(1), Hour, Hour + toIntervalHour(1)])) AS Bucket
FROM errata_arrivals
WHERE Hour >= toStartOfHour(now('UTC') - toIntervalDay(32))
    AND (ArrivedAt >= (SELECT max(RefreshedAt) - toIntervalMinute(10) FROM errata_trends_1d)
        OR Hour >= (SELECT toStartOfHour(max(RefreshedAt) - toIntervalMinute(1450)) FROM errata_trends_1d))
COMMENT 'Days of which errata_trends_1d does not hold the last word';

-- As in 0004_trends.sql, but of what is counted live only the days are read that have stale buckets.
CREATE OR REPLACE VIEW errata_trends_hourly
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
WHERE o.Day IN (SELECT toDate(Bucket) FROM errata_stale_hours)
    AND toStartOfHour(o.Timestamp) IN (SELECT Bucket FROM errata_stale_hours)
GROUP BY Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName
COMMENT 'Counts per hour, exact at any moment; since and until are whole hours: errata_trends_hourly(since = ..., until = ...)';

CREATE OR REPLACE VIEW errata_trends_daily
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
WHERE o.Day IN (SELECT toDate(Bucket) FROM errata_stale_days)
GROUP BY Tenant, Bucket, Fingerprint, ServiceName, Environment, Release, TaskName
COMMENT 'Counts per day (UTC), exact at any moment; since and until are whole days: errata_trends_daily(since = ..., until = ...)';
