-- The most frequent groups between two times, from the maps of otel_logs.
SELECT LogAttributes['errata.fingerprint'] AS Fingerprint, uniqExact(LogAttributes['log.record.uid']) AS Count
FROM otel_logs
WHERE Timestamp >= {since:DateTime64(9)} AND Timestamp < {until:DateTime64(9)} AND Fingerprint != ''
GROUP BY Fingerprint
ORDER BY Count DESC, Fingerprint
LIMIT 20
