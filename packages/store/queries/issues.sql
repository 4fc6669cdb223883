-- Totals of issues between two times, latest first, behind one of them. An issue is a group with all that was merged into it.
-- Empty strings filter nothing; `prefix` or `issues`, not both. What an issue is called comes from issue-names and issue-latest, asked for the page alone.
-- Some days are settled: `days`, and for each `computed`, in milliseconds. The rest is counted live; `within` are those of them that
-- lie between two others.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
),
parts AS (
    SELECT
        d.Fingerprint AS Fingerprint,
        d.ServiceName AS ServiceName,
        d.Environment AS Environment,
        d.Code AS Code,
        '' AS RunId,
        d.Count AS Count,
        d.Unhandled AS Unhandled,
        d.LastSeen AS LastSeen,
        d.LastRelease AS LastRelease,
        d.Traces AS Traces
    FROM errata_settled_days AS d
    WHERE d.Tenant = {tenant:String} AND d.Count > 0
        AND (d.Day, d.ComputedAt) IN (
            SELECT pair.1, fromUnixTimestamp64Milli(pair.2, 'UTC')
            FROM (SELECT arrayJoin(arrayZip({days:Array(Date)}, {computed:Array(Int64)})) AS pair))
    UNION ALL
    SELECT
        o.Fingerprint AS Fingerprint,
        o.ServiceName AS ServiceName,
        o.Environment AS Environment,
        o.Code AS Code,
        o.RunId AS RunId,
        o.Count AS Count,
        if(o.Handled, 0, o.Count) AS Unhandled,
        o.Timestamp AS LastSeen,
        o.Release AS LastRelease,
        if(o.TraceId = '', [], [sipHash64(o.TraceId)]) AS Traces
    FROM errata_occurrences_without(
        since = {since:DateTime64(9)}, until = {until:DateTime64(9)}, without = {days:Array(Date)}, within = {within:Array(Date)}) AS o
    WHERE o.Tenant = {tenant:String}
)
SELECT
    if(m.IssueId != '', m.IssueId, p.Fingerprint) AS fingerprint,
    sum(p.Count) AS count,
    sum(p.Unhandled) AS unhandled,
    arraySort(groupUniqArrayIf(100)(toString(p.ServiceName), p.ServiceName != '')) AS services,
    arraySort(groupUniqArrayIf(100)(toString(p.Environment), p.Environment != '')) AS environments,
    max(p.LastSeen) AS lastSeen,
    argMax(p.Fingerprint, p.LastSeen) AS latestGroup,
    toString(argMax(p.LastRelease, p.LastSeen)) AS lastRelease,
    uniqExactArray(p.Traces) AS traces
FROM parts AS p
LEFT JOIN members AS m ON m.Fingerprint = p.Fingerprint
WHERE ({prefix:String} = '' AND empty({issues:Array(String)})
        OR {prefix:String} != '' AND startsWith(p.Fingerprint, {prefix:String})
        OR p.Fingerprint IN {issues:Array(String)}
        OR p.Fingerprint IN (
            SELECT arrayJoin(arrayPushBack(groupArray(Fingerprint), IssueId))
            FROM members
            GROUP BY IssueId
            HAVING IssueId IN {issues:Array(String)}
                OR {prefix:String} != '' AND (startsWith(IssueId, {prefix:String}) OR countIf(startsWith(Fingerprint, {prefix:String})) > 0)))
    AND ({service:String} = '' OR p.ServiceName = {service:String})
    AND ({code:String} = '' OR p.Code = {code:String})
    AND ({runId:String} = '' OR p.RunId = {runId:String})
GROUP BY fingerprint
HAVING {beforeId:String} = '' OR lastSeen < {beforeTime:DateTime64(9)}
    OR lastSeen = {beforeTime:DateTime64(9)} AND fingerprint > {beforeId:String}
ORDER BY lastSeen DESC, fingerprint
LIMIT {limit:UInt32}
