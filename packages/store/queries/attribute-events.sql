-- Occurrences of one group between two times, one per trace, with all they carried: a sample by hash. Of a trace any, and
-- not its earliest: that would always be of the host whose clock is slow.
SELECT
    toUnixTimestamp64Milli(e.Timestamp) AS atMs,
    e.TraceId AS traceId,
    toString(e.ServiceName) AS service,
    e.Attributes AS attributes,
    e.ResourceAttributes AS resource
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND (e.Fingerprint = {fingerprint:String} OR e.Fingerprint IN (SELECT Fingerprint FROM errata_issue_members WHERE Tenant = {tenant:String} AND IssueId = {fingerprint:String}))
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
ORDER BY cityHash64(if(e.TraceId != '', e.TraceId, e.EventId)), cityHash64(e.EventId)
LIMIT 1 BY if(e.TraceId != '', e.TraceId, e.EventId)
LIMIT {limit:UInt32}
