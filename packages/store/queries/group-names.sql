-- What groups are called between two times: their latest code, type and message, and where they were seen.
SELECT
    if(m.IssueId != '', m.IssueId, e.Fingerprint) AS fingerprint,
    toString(argMax(e.Code, (e.Timestamp, e.EventId))) AS code,
    toString(argMax(e.ExceptionType, (e.Timestamp, e.EventId))) AS exceptionType,
    argMax(leftUTF8(e.Message, 500), (e.Timestamp, e.EventId)) AS message,
    arraySort(groupUniqArrayIf(20)(toString(e.ServiceName), e.ServiceName != '')) AS services,
    uniqExact(e.EventId) AS count,
    uniqExactIf(e.TraceId, e.TraceId != '') AS traces,
    min(e.Timestamp) AS firstSeen,
    max(e.Timestamp) AS lastSeen
FROM errata_errors AS e
LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
WHERE e.Tenant = {tenant:String} AND (e.Fingerprint IN {fingerprints:Array(String)} OR m.IssueId IN {fingerprints:Array(String)})
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
ORDER BY fingerprint
