-- Issues with their totals between two times, latest first, behind one of them. An issue is a group with all that was merged
-- into it. Empty strings filter nothing.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
),
groups AS (
    SELECT
        if(m.IssueId != '', m.IssueId, o.Fingerprint) AS Issue,
        sum(o.Count) AS Count,
        sumIf(o.Count, NOT o.Handled) AS Unhandled,
        arraySort(groupUniqArrayIf(100)(toString(o.ServiceName), o.ServiceName != '')) AS Services,
        arraySort(groupUniqArrayIf(100)(toString(o.Environment), o.Environment != '')) AS Environments,
        max(o.Timestamp) AS LastSeen,
        toString(argMax(o.Release, o.Timestamp)) AS LastRelease,
        uniqExactIf(o.TraceId, o.TraceId != '') AS Traces
    FROM errata_occurrences(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS o
    LEFT JOIN members AS m ON m.Fingerprint = o.Fingerprint
    WHERE o.Tenant = {tenant:String}
        AND (startsWith(o.Fingerprint, {prefix:String})
            OR o.Fingerprint IN (SELECT IssueId FROM members WHERE startsWith(Fingerprint, {prefix:String}))
            OR o.Fingerprint IN (
                SELECT Fingerprint FROM members
                WHERE startsWith(IssueId, {prefix:String})
                    OR IssueId IN (SELECT IssueId FROM members WHERE startsWith(Fingerprint, {prefix:String}))))
        AND (empty({issues:Array(String)}) OR o.Fingerprint IN {issues:Array(String)}
            OR o.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN {issues:Array(String)}))
        AND ({service:String} = '' OR o.ServiceName = {service:String})
        AND ({code:String} = '' OR o.Code = {code:String})
        AND ({runId:String} = '' OR o.RunId = {runId:String})
    GROUP BY Issue
    HAVING {beforeId:String} = '' OR LastSeen < {beforeTime:DateTime64(9)}
        OR LastSeen = {beforeTime:DateTime64(9)} AND Issue > {beforeId:String}
    ORDER BY LastSeen DESC, Issue
    LIMIT {limit:UInt32}
)
SELECT
    g.Issue AS fingerprint,
    d.Latest.1 AS code,
    d.Latest.2 AS pattern,
    d.Latest.3 AS category,
    d.Latest.4 AS severity,
    d.Latest.5 AS retryable,
    d.Latest.6 AS exceptionType,
    d.Latest.7 AS message,
    d.Latest.8 AS template,
    g.Count AS count,
    g.Unhandled AS unhandled,
    g.Services AS services,
    g.Environments AS environments,
    d.FirstSeen AS firstSeen,
    g.LastSeen AS lastSeen,
    d.FirstRelease AS firstRelease,
    g.LastRelease AS lastRelease,
    g.Traces AS traces,
    d.Latest.9 AS immediate,
    d.Latest.10 AS preventive,
    d.Latest.11 AS docs,
    d.Members AS members
FROM groups AS g
INNER JOIN
(
    SELECT
        if(m.IssueId != '', m.IssueId, e.Fingerprint) AS Issue,
        arraySort(groupUniqArrayIf(1000)(e.Fingerprint, m.IssueId != '')) AS Members,
        min(e.Timestamp) AS FirstSeen,
        toString(argMin(e.Release, e.Timestamp)) AS FirstRelease,
        argMax(
            (e.Code, e.Pattern, e.Category, e.Severity, e.Retryable, e.ExceptionType, e.Message, e.Template, e.Immediate, e.Preventive, e.Docs),
            -- The latest one that was asked for.
            (
                e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
                    AND ({service:String} = '' OR e.ServiceName = {service:String})
                    AND ({code:String} = '' OR e.Code = {code:String})
                    AND ({runId:String} = '' OR e.RunId = {runId:String}),
                e.Timestamp)) AS Latest
    FROM errata_errors AS e
    LEFT JOIN members AS m ON m.Fingerprint = e.Fingerprint
    WHERE e.Tenant = {tenant:String}
        AND (e.Fingerprint IN (SELECT Issue FROM groups)
            OR e.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN (SELECT Issue FROM groups)))
    GROUP BY Issue
) AS d ON d.Issue = g.Issue
ORDER BY lastSeen DESC, fingerprint
