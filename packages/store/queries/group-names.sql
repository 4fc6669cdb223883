-- What groups are called between two times: their latest code, type and message, and where they were seen.
SELECT
    e.Fingerprint AS fingerprint,
    toString(argMax(e.Code, (e.Timestamp, e.EventId))) AS code,
    toString(argMax(e.ExceptionType, (e.Timestamp, e.EventId))) AS exceptionType,
    argMax(leftUTF8(e.Message, 500), (e.Timestamp, e.EventId)) AS message,
    arraySort(groupUniqArrayIf(20)(toString(e.ServiceName), e.ServiceName != '')) AS services,
    uniqExact(e.EventId) AS count,
    uniqExactIf(e.TraceId, e.TraceId != '') AS traces,
    min(e.Timestamp) AS firstSeen,
    max(e.Timestamp) AS lastSeen
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.Fingerprint IN {fingerprints:Array(String)}
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
ORDER BY fingerprint
