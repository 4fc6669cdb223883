-- The minutes, counted from the first time, in which each of the most frequent groups failed.
SELECT e.Fingerprint AS fingerprint, arraySort(groupUniqArray(toUInt32(intDiv(toUnixTimestamp64Milli(e.Timestamp) - {sinceMs:Int64}, 60000)))) AS minutes
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String}
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
ORDER BY uniqExact(e.EventId) DESC, fingerprint
LIMIT {limit:UInt32}
