-- Spans of one trace, earliest first, each once. The small table of trace times says which days to read.
SELECT
    t.Timestamp AS timestamp,
    t.SpanId AS spanId,
    t.ParentSpanId AS parentSpanId,
    t.SpanName AS name,
    t.SpanKind AS kind,
    t.ServiceName AS service,
    t.Duration / 1000000 AS durationMs,
    t.StatusCode AS status,
    t.StatusMessage AS statusMessage,
    t.SpanAttributes AS attributes
FROM otel_traces AS t
WHERE t.TraceId = {traceId:String} AND t.TraceId != '' AND t.ResourceAttributes['errata.tenant'] = {tenant:String}
    AND t.Timestamp >= (SELECT min(Start) FROM otel_traces_trace_id_ts WHERE TraceId = {traceId:String})
    AND t.Timestamp <= (SELECT max(End) + toIntervalSecond(1) FROM otel_traces_trace_id_ts WHERE TraceId = {traceId:String})
ORDER BY t.Timestamp, t.SpanId
LIMIT 1 BY t.SpanId
LIMIT {limit:UInt32}
