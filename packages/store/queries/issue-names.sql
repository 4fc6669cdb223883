-- Which groups were merged into some issues, and when and in which release each issue was first seen.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
)
SELECT
    if(m.IssueId != '', m.IssueId, e.Fingerprint) AS fingerprint,
    arraySort(groupUniqArrayIf(1000)(e.Fingerprint, m.IssueId != '')) AS members,
    min(e.Timestamp) AS firstSeen,
    toString(argMin(e.Release, e.Timestamp)) AS firstRelease
FROM errata_errors AS e
LEFT JOIN members AS m ON m.Fingerprint = e.Fingerprint
WHERE e.Tenant = {tenant:String}
    AND (e.Fingerprint IN {issues:Array(String)}
        OR e.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN {issues:Array(String)}))
GROUP BY fingerprint
