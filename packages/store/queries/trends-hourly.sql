-- Counts per bucket of whole hours, closed and open ones united. The first half of the buckets is the window before.
SELECT
    Key AS key,
    argMax(Code, LastSeen) AS code,
    sumIf(Count, Bucket >= {buckets:UInt32}) AS count,
    sumIf(Count, Bucket < {buckets:UInt32}) AS previous,
    groupArrayIf((Bucket - {buckets:UInt32}, Count), Bucket >= {buckets:UInt32}) AS points
FROM
(
    SELECT
        multiIf({by:String} = 'task', toString(t.TaskName), {by:String} = 'code', toString(t.Code), {by:String} = 'service', toString(t.ServiceName), t.Fingerprint) AS Key,
        toUInt32(intDiv(toUnixTimestamp(t.Bucket) * 1000 - {sinceMs:Int64}, {stepMs:Int64})) AS Bucket,
        sum(t.Count) AS Count,
        toString(argMax(t.Code, t.LastSeen)) AS Code,
        max(t.LastSeen) AS LastSeen
    FROM errata_trends_hourly(since = {since:DateTime}, until = {until:DateTime}) AS t
    WHERE t.Tenant = {tenant:String}
    GROUP BY Key, Bucket
)
GROUP BY Key
ORDER BY count DESC, previous DESC, key
LIMIT {limit:UInt32}
