-- Occurrences of one group between two times.
SELECT sum(o.Count) AS count
FROM errata_occurrences(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS o
WHERE o.Tenant = {tenant:String} AND o.Fingerprint IN (
    SELECT {fingerprint:String}
    UNION ALL
    SELECT m.Fingerprint FROM errata_issue_members AS m WHERE m.Tenant = {tenant:String} AND m.IssueId = {fingerprint:String})
