-- Counts of each hour by issue or service, for keys that failed lately, the most frequent lately first.
SELECT
    Key AS key,
    argMax(Code, LastSeen) AS code,
    groupArray((Hour, Count)) AS points
FROM
(
    SELECT
        if({by:String} = 'service', toString(t.ServiceName), if(m.IssueId != '', m.IssueId, t.Fingerprint)) AS Key,
        toUInt32(intDiv(toUnixTimestamp(t.Bucket) - toUnixTimestamp({since:DateTime}), 3600)) AS Hour,
        sum(t.Count) AS Count,
        toString(argMax(t.Code, t.LastSeen)) AS Code,
        max(t.LastSeen) AS LastSeen
    FROM errata_trends_hourly(since = {since:DateTime}, until = {until:DateTime}) AS t
    LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = t.Fingerprint
    WHERE t.Tenant = {tenant:String}
    GROUP BY Key, Hour
)
GROUP BY Key
HAVING sumIf(Count, Hour >= {recent:UInt32}) > 0
ORDER BY sumIf(Count, Hour >= {recent:UInt32}) DESC, key
LIMIT {limit:UInt32}
