-- Counts per hour, service and release of some issues, in the hours around some times: `times` are Unix seconds, one for
-- each of `issues`, and what lies further than `around` seconds from all times of an issue is left out.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
),
wanted AS (
    SELECT pair.1 AS Issue, toUInt32(pair.2) AS At
    FROM (SELECT arrayJoin(arrayZip({issues:Array(String)}, {times:Array(String)})) AS pair)
)
SELECT
    h.Issue AS issueId,
    argMax(h.Code, h.Hour) AS code,
    toUnixTimestamp64Milli(any(f.FirstSeen)) AS firstMs,
    arraySort(groupUniqArray((toUnixTimestamp(h.Hour), h.ServiceName, h.Release, h.Count))) AS points
FROM
(
    SELECT
        if(m.IssueId != '', m.IssueId, t.Fingerprint) AS Issue,
        t.Bucket AS Hour,
        toString(t.ServiceName) AS ServiceName,
        toString(t.Release) AS Release,
        sum(t.Count) AS Count,
        toString(argMax(t.Code, t.LastSeen)) AS Code
    FROM errata_trends_hourly(since = {since:DateTime}, until = {until:DateTime}) AS t
    LEFT JOIN members AS m ON m.Fingerprint = t.Fingerprint
    WHERE t.Tenant = {tenant:String}
        AND (t.Fingerprint IN {issues:Array(String)}
            OR t.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN {issues:Array(String)}))
    GROUP BY Issue, Hour, ServiceName, Release
) AS h
INNER JOIN wanted AS w ON w.Issue = h.Issue
LEFT JOIN
(
    SELECT if(m.IssueId != '', m.IssueId, t.Fingerprint) AS Issue, min(t.FirstSeen) AS FirstSeen
    FROM errata_trends_daily(since = toDateTime(0, 'UTC'), until = toStartOfDay(now('UTC')) + toIntervalDay(3)) AS t
    LEFT JOIN members AS m ON m.Fingerprint = t.Fingerprint
    WHERE t.Tenant = {tenant:String}
        AND (t.Fingerprint IN {issues:Array(String)}
            OR t.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN {issues:Array(String)}))
    GROUP BY Issue
) AS f ON f.Issue = h.Issue
WHERE abs(toInt64(toUnixTimestamp(h.Hour)) - toInt64(w.At)) <= {around:UInt32}
GROUP BY issueId
ORDER BY issueId
