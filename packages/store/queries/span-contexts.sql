-- What errors say of the spans they happened in, each span once. The times bound the partitions that are read.
SELECT
    t.TraceId AS traceId,
    t.SpanId AS spanId,
    t.SpanName AS name,
    t.SpanKind AS kind,
    t.StatusCode AS status,
    t.StatusMessage AS statusMessage,
    arrayFirst(route -> route != '', arrayMap(name -> t.SpanAttributes[name], {routes:Array(String)})) AS route,
    t.Timestamp > toDateTime64(0, 9) AS timed,
    t.Duration / 1000000 AS durationMs
FROM otel_traces AS t
WHERE t.Timestamp >= {since:DateTime64(9)} AND t.Timestamp <= {until:DateTime64(9)}
    AND t.TraceId IN {traceIds:Array(String)} AND t.SpanId IN {spanIds:Array(String)}
LIMIT 1 BY t.TraceId, t.SpanId
