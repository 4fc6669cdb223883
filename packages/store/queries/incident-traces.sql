-- A sample of traces for each of the most frequent issues (a group with what was merged into it): by hash, so that the same
-- traces come whoever asks, and one trace serves many issues.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
)
SELECT DISTINCT TraceId AS traceId
FROM
(
    SELECT e.TraceId AS TraceId, if(m.IssueId != '', m.IssueId, e.Fingerprint) AS Issue
    FROM errata_errors AS e
    LEFT JOIN members AS m ON m.Fingerprint = e.Fingerprint
    WHERE e.Tenant = {tenant:String} AND e.TraceId != ''
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
        AND if(m.IssueId != '', m.IssueId, e.Fingerprint) IN (
            SELECT if(n.IssueId != '', n.IssueId, f.Fingerprint) AS Issue
            FROM errata_errors AS f
            LEFT JOIN members AS n ON n.Fingerprint = f.Fingerprint
            WHERE f.Tenant = {tenant:String} AND f.TraceId != ''
                AND f.Timestamp >= {since:DateTime64(9)} AND f.Timestamp < {until:DateTime64(9)}
            GROUP BY Issue
            ORDER BY count() DESC, Issue
            LIMIT {groups:UInt32})
    GROUP BY TraceId, Issue
    ORDER BY Issue, cityHash64(TraceId)
    LIMIT {perGroup:UInt32} BY Issue
)
ORDER BY cityHash64(traceId)
LIMIT {limit:UInt32}
