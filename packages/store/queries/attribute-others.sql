-- Occurrences of other groups between two times, one per trace, of some services or (none named) of all: a sample by hash.
SELECT
    toUnixTimestamp64Milli(e.Timestamp) AS atMs,
    e.TraceId AS traceId,
    toString(e.ServiceName) AS service,
    e.Attributes AS attributes,
    e.ResourceAttributes AS resource
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.Fingerprint != {fingerprint:String}
    AND e.Fingerprint NOT IN (SELECT Fingerprint FROM errata_issue_members WHERE Tenant = {tenant:String} AND IssueId = {fingerprint:String})
    AND (empty({services:Array(String)}) OR e.ServiceName IN {services:Array(String)})
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
ORDER BY cityHash64(if(e.TraceId != '', e.TraceId, e.EventId)), cityHash64(e.EventId)
LIMIT 1 BY if(e.TraceId != '', e.TraceId, e.EventId)
LIMIT {limit:UInt32}
