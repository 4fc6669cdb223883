-- Spans of some traces with what finding an origin needs, oldest first.
SELECT * FROM
(
    SELECT
        t.TraceId AS traceId,
        t.Timestamp AS timestamp,
        t.SpanId AS spanId,
        t.ParentSpanId AS parentSpanId,
        toString(t.SpanName) AS name,
        toString(t.SpanKind) AS kind,
        toString(t.ServiceName) AS service,
        t.Duration / 1000000 AS durationMs,
        toString(t.StatusCode) AS status,
        leftUTF8(t.StatusMessage, 200) AS statusMessage,
        mapFilter((k, v) -> k IN ('server.address', 'server.port', 'peer.service', 'service.peer.name', 'net.peer.name', 'db.system.name', 'db.system', 'messaging.system', 'url.full', 'http.url'), t.SpanAttributes) AS attributes
    FROM otel_traces AS t
    WHERE t.TraceId IN {traceIds:Array(String)} AND t.ResourceAttributes['errata.tenant'] = {tenant:String}
        AND t.Timestamp >= {since:DateTime64(9)} AND t.Timestamp < {until:DateTime64(9)}
    ORDER BY t.TraceId, t.Timestamp, t.SpanId
    LIMIT 1 BY t.TraceId, t.SpanId
)
ORDER BY traceId, timestamp, spanId
LIMIT {perTrace:UInt32} BY traceId
