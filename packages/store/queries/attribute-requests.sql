-- What some services were asked between two times: entry spans, those of the group's traces and a sample of the others,
-- one per trace and service. With them, where they have no attribute of that name, what the first span of the trace
-- carried, and that of the trace which a message came from: often only the gateway knows the customer.
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
),
roots AS (
    SELECT f.TraceId AS traceId, f.SpanAttributes AS attributes, f.Links.TraceId[1] AS sender
    FROM otel_traces AS f
    WHERE f.Timestamp >= {since:DateTime64(9)} - INTERVAL 5 MINUTE AND f.Timestamp < {until:DateTime64(9)}
        AND f.ParentSpanId = '' AND f.TraceId IN (SELECT traceId FROM picked)
        AND f.ResourceAttributes['errata.tenant'] = {tenant:String}
    ORDER BY f.TraceId, f.Timestamp, f.SpanId
    LIMIT 1 BY f.TraceId
),
senders AS (
    SELECT g.TraceId AS traceId, g.SpanAttributes AS attributes
    FROM otel_traces AS g
    WHERE g.Timestamp >= {since:DateTime64(9)} - INTERVAL 5 MINUTE AND g.Timestamp < {until:DateTime64(9)}
        AND g.ParentSpanId = '' AND g.TraceId IN (SELECT sender FROM roots WHERE sender != '')
        AND g.ResourceAttributes['errata.tenant'] = {tenant:String}
    ORDER BY g.TraceId, g.Timestamp, g.SpanId
    LIMIT 1 BY g.TraceId
)
SELECT
    p.atMs AS atMs,
    p.traceId AS traceId,
    if(r.sender != '', r.sender, p.traceId) AS rootTrace,
    p.service AS service,
    mapUpdate(mapUpdate(s.attributes, r.attributes), p.attributes) AS attributes,
    p.resource AS resource,
    p.failed AS failed
FROM picked AS p
LEFT JOIN roots AS r ON r.traceId = p.traceId
LEFT JOIN senders AS s ON s.traceId = r.sender
ORDER BY failed DESC, cityHash64(traceId)
