-- Counts per bucket below an hour, straight from the occurrences. The first half of the buckets is the window before.
SELECT
    Key AS key,
    argMax(Code, LastSeen) AS code,
    sumIf(Count, Bucket >= {buckets:UInt32}) AS count,
    sumIf(Count, Bucket < {buckets:UInt32}) AS previous,
    groupArrayIf((Bucket - {buckets:UInt32}, Count), Bucket >= {buckets:UInt32}) AS points
FROM
(
    SELECT
        multiIf({by:String} = 'task', toString(o.TaskName), {by:String} = 'code', toString(o.Code), {by:String} = 'service', toString(o.ServiceName), o.Fingerprint) AS Key,
        toUInt32(intDiv(toUnixTimestamp64Milli(o.Timestamp) - {sinceMs:Int64}, {stepMs:Int64})) AS Bucket,
        sum(o.Count) AS Count,
        toString(argMax(o.Code, o.Timestamp)) AS Code,
        max(o.Timestamp) AS LastSeen
    FROM errata_occurrences(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS o
    WHERE o.Tenant = {tenant:String}
    GROUP BY Key, Bucket
)
GROUP BY Key
ORDER BY count DESC, previous DESC, key
LIMIT {limit:UInt32}
