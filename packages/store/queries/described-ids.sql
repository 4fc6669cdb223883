-- Which of these errors have been described. The times bound the partitions that are read.
SELECT DISTINCT e.EventId AS eventId
FROM errata_errors AS e
WHERE e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp <= {until:DateTime64(9)}
    AND e.EventId IN {ids:Array(String)}
