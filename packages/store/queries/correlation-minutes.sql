-- The minutes, counted from the first time, in which each of the most frequent groups failed.
SELECT if(m.IssueId != '', m.IssueId, e.Fingerprint) AS fingerprint, arraySort(groupUniqArray(toUInt32(intDiv(toUnixTimestamp64Milli(e.Timestamp) - {sinceMs:Int64}, 60000)))) AS minutes
FROM errata_errors AS e
LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
WHERE e.Tenant = {tenant:String}
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
ORDER BY uniqExact(e.EventId) DESC, fingerprint
LIMIT {limit:UInt32}
