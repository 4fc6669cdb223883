-- Groups between two times with the traces that hold them, the most frequent first.
SELECT e.Fingerprint AS fingerprint, uniqExact(e.EventId) AS count, uniqExactIf(e.TraceId, e.TraceId != '') AS traces
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String}
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
ORDER BY count DESC, fingerprint
LIMIT {limit:UInt32}
