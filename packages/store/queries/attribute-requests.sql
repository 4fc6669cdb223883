-- What some services were asked between two times: entry spans, those of the group's traces and a sample of the others,
-- one per trace and service. With them, where they have no attribute of that name, what the first span of the trace
-- carried (or of the trace that a message came from): often only the gateway knows the customer.
WITH failed AS (
    SELECT DISTINCT e.TraceId
    FROM errata_errors AS e
    WHERE e.Tenant = {tenant:String} AND (e.Fingerprint = {fingerprint:String} OR e.Fingerprint IN (SELECT Fingerprint FROM errata_issue_members WHERE Tenant = {tenant:String} AND IssueId = {fingerprint:String})) AND e.TraceId != ''
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
),
picked AS (
    SELECT *
    FROM
    (
        SELECT
            toUnixTimestamp64Milli(t.Timestamp) AS atMs,
            t.TraceId AS traceId,
            if(t.ParentSpanId = '' AND notEmpty(t.Links.TraceId), t.Links.TraceId[1], t.TraceId) AS rootTrace,
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
)
SELECT
    p.atMs AS atMs,
    p.traceId AS traceId,
    p.rootTrace AS rootTrace,
    p.service AS service,
    mapUpdate(r.attributes, p.attributes) AS attributes,
    p.resource AS resource,
    p.failed AS failed
FROM picked AS p
LEFT JOIN
(
    SELECT f.TraceId AS traceId, f.SpanAttributes AS attributes
    FROM otel_traces AS f
    WHERE f.Timestamp >= {since:DateTime64(9)} - INTERVAL 5 MINUTE AND f.Timestamp < {until:DateTime64(9)}
        AND f.ParentSpanId = '' AND f.TraceId IN (SELECT rootTrace FROM picked)
        AND f.ResourceAttributes['errata.tenant'] = {tenant:String}
    ORDER BY f.TraceId, f.Timestamp, f.SpanId
    LIMIT 1 BY f.TraceId
) AS r ON r.traceId = p.rootTrace
ORDER BY failed DESC, cityHash64(traceId)
