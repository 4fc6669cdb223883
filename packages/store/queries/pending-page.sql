-- Errors that arrived without a description, in the order of arrival, behind the one last seen. Two seconds later: a
-- receiver of errata writes a span, and what it says of its exceptions right after.
SELECT
    toString(toUnixTimestamp64Milli(p.InsertedAt)) AS insertedAt,
    toString(toUnixTimestamp64Nano(p.At)) AS at,
    p.EventId AS eventId,
    p.Signal AS signal,
    p.ServiceName AS serviceName,
    p.TraceId AS traceId,
    p.SpanId AS spanId,
    p.SeverityText AS severityText,
    p.SeverityNumber AS severityNumber,
    p.EventName AS eventName,
    p.Body AS body,
    p.Attributes AS attributes,
    p.ResourceAttributes AS resource
FROM errata_pending AS p
WHERE (p.InsertedAt, p.EventId) > ({afterTime:DateTime64(3)}, {afterId:String})
    AND p.InsertedAt <= now64(3) - toIntervalSecond(2)
ORDER BY p.InsertedAt, p.EventId
LIMIT 1 BY p.InsertedAt, p.EventId
LIMIT {limit:UInt32}
