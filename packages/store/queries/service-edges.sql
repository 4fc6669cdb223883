-- Which service called which between two times, by parents and children in a sample of traces.
WITH sample AS (
    SELECT t.TraceId AS TraceId, t.SpanId AS SpanId, t.ParentSpanId AS ParentSpanId, toString(t.ServiceName) AS Service
    FROM otel_traces AS t
    WHERE t.Timestamp >= {since:DateTime64(9)} AND t.Timestamp < {until:DateTime64(9)}
        AND t.ResourceAttributes['errata.tenant'] = {tenant:String}
        AND t.SpanKind IN ('Client', 'Server', 'Producer', 'Consumer')
    ORDER BY cityHash64(t.TraceId)
    LIMIT {spans:UInt32}
)
SELECT p.Service AS caller, c.Service AS callee, count() AS calls
FROM sample AS c
INNER JOIN sample AS p ON p.TraceId = c.TraceId AND p.SpanId = c.ParentSpanId
WHERE p.Service != c.Service
GROUP BY caller, callee
ORDER BY calls DESC, caller, callee
LIMIT 5000
