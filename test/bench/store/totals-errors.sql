-- The most frequent groups between two times, straight from errata_errors.
SELECT Fingerprint, uniqExact(EventId) AS Count
FROM errata_errors
WHERE Tenant = '' AND Timestamp >= {since:DateTime64(9)} AND Timestamp < {until:DateTime64(9)}
GROUP BY Fingerprint
ORDER BY Count DESC, Fingerprint
LIMIT 20
