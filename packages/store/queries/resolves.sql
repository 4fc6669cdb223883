-- When issues were resolved since a time, the latest first, and when something else was decided about them after that.
SELECT
    d.IssueId AS issueId,
    d.EventId AS eventId,
    toUnixTimestamp64Milli(d.At) AS atMs,
    toUnixTimestamp64Milli(d.Next) AS nextMs,
    d.Actor AS actor,
    d.Detail AS detail
FROM
(
    SELECT
        o.IssueId AS IssueId,
        o.EventId AS EventId,
        o.At AS At,
        o.Action AS Action,
        o.Actor AS Actor,
        o.Detail AS Detail,
        leadInFrame(o.At, 1, toDateTime64(0, 9, 'UTC')) OVER (
            PARTITION BY o.IssueId ORDER BY o.At, o.EventId ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS Next
    FROM
    (
        -- A request that was sent twice counts by its first time.
        SELECT
            v.IssueId AS IssueId,
            v.EventId AS EventId,
            min(v.Timestamp) AS At,
            argMin(v.Action, v.Timestamp) AS Action,
            argMin(v.Actor, v.Timestamp) AS Actor,
            argMin(v.Detail, v.Timestamp) AS Detail
        FROM errata_issue_events AS v
        WHERE v.Tenant = {tenant:String} AND v.Action IN ('resolve', 'ignore', 'reopen')
        GROUP BY v.IssueId, v.EventId
    ) AS o
) AS d
WHERE d.Action = 'resolve' AND d.At >= {since:DateTime64(3)} AND ({issue:String} = '' OR d.IssueId = {issue:String})
ORDER BY d.At DESC, d.EventId
LIMIT {limit:UInt32}
