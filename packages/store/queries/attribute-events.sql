-- Occurrences of one group between two times, one per trace, with all they carried: a sample by hash.
SELECT
    e.TraceId AS traceId,
    toString(e.ServiceName) AS service,
    e.Attributes AS attributes,
    e.ResourceAttributes AS resource
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.Fingerprint = {fingerprint:String}
    AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
ORDER BY cityHash64(if(e.TraceId != '', e.TraceId, e.EventId)), e.Timestamp
LIMIT 1 BY if(e.TraceId != '', e.TraceId, e.EventId)
LIMIT {limit:UInt32}
