-- Occurrences between two times, in all, per service or per group. Empty lists filter nothing.
SELECT
    multiIf({by:String} = 'service', toString(o.ServiceName), {by:String} = 'issue', o.Fingerprint, '') AS key,
    sum(o.Count) AS count,
    toString(argMax(o.Code, o.Timestamp)) AS code,
    if(uniqExact(o.ServiceName) = 1, toString(any(o.ServiceName)), '') AS service
FROM errata_occurrences(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS o
WHERE o.Tenant = {tenant:String}
    AND (empty({services:Array(String)}) OR has({services:Array(String)}, o.ServiceName))
    AND (empty({environments:Array(String)}) OR has({environments:Array(String)}, o.Environment))
    AND (empty({codes:Array(String)}) OR has({codes:Array(String)}, o.Code))
    AND (empty({severities:Array(String)}) OR o.Fingerprint IN (
        SELECT e.Fingerprint
        FROM errata_errors AS e
        WHERE e.Tenant = {tenant:String}
            AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
            AND has({severities:Array(String)}, e.Severity)))
GROUP BY key
HAVING count > {over:UInt64}
ORDER BY count DESC, key
LIMIT {limit:UInt32}
