-- Groups between two times with the traces that hold them, the most frequent first.
SELECT if(m.IssueId != '', m.IssueId, e.Fingerprint) AS fingerprint, uniqExact(e.EventId) AS count, uniqExactIf(e.TraceId, e.TraceId != '') AS traces
FROM errata_errors AS e
LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
WHERE e.Tenant = {tenant:String}
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
ORDER BY count DESC, fingerprint
LIMIT {limit:UInt32}
