-- The latest log records of one trace between two times that are no errors, newest first.
SELECT
    l.Timestamp AS timestamp,
    l.ServiceName AS service,
    l.SeverityText AS severityText,
    leftUTF8(l.Body, 2000) AS body,
    l.SpanId AS spanId
FROM otel_logs AS l
WHERE l.TraceId = {traceId:String} AND l.TraceId != '' AND l.ResourceAttributes['errata.tenant'] = {tenant:String}
    AND l.Timestamp >= {since:DateTime64(9)} AND l.Timestamp <= {until:DateTime64(9)}
    AND l.SeverityNumber < 17 AND NOT mapContains(l.LogAttributes, 'errata.fingerprint')
ORDER BY l.Timestamp DESC, l.ServiceName, l.SpanId, l.Body
LIMIT 1 BY timestamp, service, spanId, body
LIMIT {limit:UInt32}
