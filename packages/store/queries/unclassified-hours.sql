-- How many errors nobody has described, by hour of the row they stand in.
SELECT
    toUnixTimestamp(toStartOfHour(u.StoredAt)) AS hour,
    uniqExact(u.EventId) AS count
FROM errata_unclassified(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS u
WHERE u.EventId NOT IN (
    SELECT EventId
    FROM errata_errors
    WHERE Timestamp >= {since:DateTime64(9)} - toIntervalHour(1) AND Timestamp < {until:DateTime64(9)} + toIntervalDay(1))
GROUP BY hour
ORDER BY hour
