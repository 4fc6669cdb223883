-- How these issues behave: since what was last done to them, in the last hour, and in the seven days before it.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
),
done AS (
    SELECT v.IssueId AS IssueId, max(v.Timestamp) AS At
    FROM errata_issue_events AS v
    WHERE v.Tenant = {tenant:String} AND v.IssueId IN {issues:Array(String)} AND v.Action IN ('resolve', 'ignore', 'reopen')
    GROUP BY v.IssueId
)
SELECT
    if(m.IssueId != '', m.IssueId, o.Fingerprint) AS issueId,
    sumIf(o.Count, o.Timestamp > d.At) AS since,
    toUnixTimestamp64Milli(maxIf(o.Timestamp, o.Timestamp > d.At)) AS sinceLastMs,
    groupUniqArrayIf(200)((toString(o.ServiceName), toString(o.Release)), o.Timestamp > d.At AND o.Release != '') AS releases,
    sumIf(o.Count, o.Timestamp >= {hour:DateTime64(9)}) AS lastHour,
    sumIf(o.Count, o.Timestamp < {hour:DateTime64(9)} AND o.Timestamp >= {week:DateTime64(9)}) AS lastWeek,
    uniqExactIf(toStartOfHour(o.Timestamp), o.Timestamp < {hour:DateTime64(9)} AND o.Timestamp >= {week:DateTime64(9)}) AS busyHours,
    toUnixTimestamp64Milli(min(o.Timestamp)) AS firstMs
FROM errata_occurrences(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS o
LEFT JOIN members AS m ON m.Fingerprint = o.Fingerprint
LEFT JOIN done AS d ON d.IssueId = if(m.IssueId != '', m.IssueId, o.Fingerprint)
WHERE o.Tenant = {tenant:String}
    AND (o.Fingerprint IN {issues:Array(String)}
        OR o.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN {issues:Array(String)}))
GROUP BY issueId
