-- Trends by group, straight from errata_errors.
SELECT Fingerprint, toStartOfInterval(Timestamp, toIntervalSecond({step:UInt32})) AS Bucket, uniqExact(EventId) AS Count
FROM errata_errors
WHERE Tenant = '' AND Timestamp >= {since:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
GROUP BY Fingerprint, Bucket
ORDER BY Count DESC
LIMIT 2000
