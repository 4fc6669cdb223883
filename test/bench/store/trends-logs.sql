-- Trends by group, from the maps of otel_logs.
SELECT LogAttributes['errata.fingerprint'] AS Fingerprint, toStartOfInterval(Timestamp, toIntervalSecond({step:UInt32})) AS Bucket, uniqExact(LogAttributes['log.record.uid']) AS Count
FROM otel_logs
WHERE Timestamp >= {since:DateTime64(9)} AND Timestamp < {until:DateTime64(9)} AND Fingerprint != ''
GROUP BY Fingerprint, Bucket
ORDER BY Count DESC
LIMIT 2000
