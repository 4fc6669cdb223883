-- The log records that follow a place, oldest first. The place is a time and the hash of the row there.
SELECT
    l.Timestamp AS timestamp,
    l.ServiceName AS service,
    l.SeverityText AS severityText,
    l.SeverityNumber AS severityNumber,
    l.Body AS body,
    l.TraceId AS traceId,
    l.LogAttributes['errata.context.task.id'] AS taskId,
    l.LogAttributes['errata.code'] AS code,
    l.LogAttributes['errata.fingerprint'] AS fingerprint,
    toString(toUnixTimestamp64Nano(l.Timestamp)) AS at,
    toString(cityHash64(l.ServiceName, l.TraceId, l.SpanId, l.Body, l.LogAttributes)) AS id
FROM otel_logs AS l
WHERE l.ResourceAttributes['errata.tenant'] = {tenant:String}
    AND ({taskId:String} = '' OR l.LogAttributes['errata.context.task.id'] = {taskId:String})
    AND l.Timestamp >= {since:DateTime64(9)}
    AND (l.Timestamp, cityHash64(l.ServiceName, l.TraceId, l.SpanId, l.Body, l.LogAttributes)) > ({since:DateTime64(9)}, {id:UInt64})
ORDER BY l.Timestamp, cityHash64(l.ServiceName, l.TraceId, l.SpanId, l.Body, l.LogAttributes)
LIMIT 1 BY at, id
LIMIT {limit:UInt32}
