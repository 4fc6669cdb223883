-- A sample of traces for each of the most frequent groups: by hash, so that the same traces come whoever asks, and one
-- trace serves many groups.
SELECT DISTINCT TraceId AS traceId
FROM
(
    SELECT e.TraceId AS TraceId, e.Fingerprint AS Fingerprint
    FROM errata_errors AS e
    WHERE e.Tenant = {tenant:String} AND e.TraceId != ''
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
        AND e.Fingerprint IN (
            SELECT f.Fingerprint
            FROM errata_errors AS f
            WHERE f.Tenant = {tenant:String} AND f.TraceId != ''
                AND f.Timestamp >= {since:DateTime64(9)} AND f.Timestamp < {until:DateTime64(9)}
            GROUP BY f.Fingerprint
            ORDER BY count() DESC, f.Fingerprint
            LIMIT {groups:UInt32})
    GROUP BY TraceId, Fingerprint
    ORDER BY Fingerprint, cityHash64(TraceId)
    LIMIT {perGroup:UInt32} BY Fingerprint
)
ORDER BY cityHash64(traceId)
LIMIT {limit:UInt32}
