-- Releases that failed, by when each was first seen failing.
SELECT
    toString(t.ServiceName) AS service,
    toString(t.Release) AS release,
    min(t.FirstSeen) AS firstSeen,
    max(t.LastSeen) AS lastSeen,
    toUnixTimestamp64Milli(firstSeen) AS firstMs,
    sum(t.Count) AS count,
    uniqExact(t.Fingerprint) AS issues
FROM errata_trends_daily(since = toDateTime(0, 'UTC'), until = toStartOfDay(now('UTC')) + toIntervalDay(3)) AS t
WHERE t.Tenant = {tenant:String} AND t.Release NOT IN ('', '_other') AND ({service:String} = '' OR t.ServiceName = {service:String})
GROUP BY service, release
ORDER BY firstSeen DESC, service, release
LIMIT {limit:UInt32}
