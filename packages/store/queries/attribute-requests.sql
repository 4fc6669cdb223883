-- What some services were asked between two times: entry spans, those of the group's traces and a sample of the others,
-- one per trace and service.
WITH failed AS (
    SELECT DISTINCT e.TraceId
    FROM errata_errors AS e
    WHERE e.Tenant = {tenant:String} AND (e.Fingerprint = {fingerprint:String} OR e.Fingerprint IN (SELECT Fingerprint FROM errata_issue_members WHERE Tenant = {tenant:String} AND IssueId = {fingerprint:String})) AND e.TraceId != ''
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
)
SELECT *
FROM
(
SELECT
    toUnixTimestamp64Milli(t.Timestamp) AS atMs,
    t.TraceId AS traceId,
    toString(t.ServiceName) AS service,
    t.SpanAttributes AS attributes,
    t.ResourceAttributes AS resource,
    t.TraceId IN (SELECT TraceId FROM failed) AS failed
FROM otel_traces AS t
WHERE t.Timestamp >= {since:DateTime64(9)} AND t.Timestamp < {until:DateTime64(9)}
    AND t.ServiceName IN {services:Array(String)} AND t.SpanKind IN ('Server', 'Consumer')
    AND t.ResourceAttributes['errata.tenant'] = {tenant:String}
ORDER BY t.TraceId, t.ServiceName, t.SpanId
LIMIT 1 BY t.TraceId, t.ServiceName
)
ORDER BY failed DESC, cityHash64(traceId)
LIMIT {limit:UInt32} BY failed
