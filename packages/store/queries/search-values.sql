-- Values of one key of the search that contain a text, the most frequent first.
SELECT
    multiIf(
        {key:String} = 'service', toString(e.ServiceName),
        {key:String} = 'code', toString(e.Code),
        {key:String} = 'category', toString(e.Category),
        {key:String} = 'type', toString(e.ExceptionType),
        {key:String} = 'release', toString(e.Release),
        {key:String} = 'env', toString(e.Environment),
        {key:String} = 'task', toString(e.TaskName),
        '') AS value,
    count() AS count
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.Timestamp >= {since:DateTime64(9)}
GROUP BY value
HAVING value != '' AND value ILIKE {like:String}
ORDER BY count DESC, value
LIMIT {limit:UInt32}
