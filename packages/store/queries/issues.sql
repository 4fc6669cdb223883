-- Totals of issues between two times, latest first, behind one of them. An issue is a group with all that was merged into it.
-- Empty strings filter nothing. What an issue is called comes from issue-names and issue-latest, asked for the page alone.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
)
SELECT
    if(m.IssueId != '', m.IssueId, o.Fingerprint) AS fingerprint,
    sum(o.Count) AS count,
    sumIf(o.Count, NOT o.Handled) AS unhandled,
    arraySort(groupUniqArrayIf(100)(toString(o.ServiceName), o.ServiceName != '')) AS services,
    arraySort(groupUniqArrayIf(100)(toString(o.Environment), o.Environment != '')) AS environments,
    max(o.Timestamp) AS lastSeen,
    argMax(o.Fingerprint, o.Timestamp) AS latestGroup,
    toString(argMax(o.Release, o.Timestamp)) AS lastRelease,
    uniqExactIf(o.TraceId, o.TraceId != '') AS traces
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
GROUP BY fingerprint
HAVING {beforeId:String} = '' OR lastSeen < {beforeTime:DateTime64(9)}
    OR lastSeen = {beforeTime:DateTime64(9)} AND fingerprint > {beforeId:String}
ORDER BY lastSeen DESC, fingerprint
LIMIT {limit:UInt32}
