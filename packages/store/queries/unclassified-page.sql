-- Errors nobody has described, in the order of their rows, behind the one last seen.
SELECT
    toString(toUnixTimestamp64Nano(u.StoredAt)) AS storedAt,
    toString(toUnixTimestamp64Nano(u.At)) AS at,
    u.EventId AS eventId,
    u.Signal AS signal,
    u.ServiceName AS serviceName,
    u.TraceId AS traceId,
    u.SpanId AS spanId,
    u.SeverityText AS severityText,
    u.SeverityNumber AS severityNumber,
    u.EventName AS eventName,
    u.Body AS body,
    u.Attributes AS attributes,
    u.ResourceAttributes AS resource
FROM errata_unclassified(since = {since:DateTime64(9)}, until = {until:DateTime64(9)}) AS u
WHERE (u.StoredAt, u.EventId) > ({afterTime:DateTime64(9)}, {afterId:String})
    AND u.EventId NOT IN (
        SELECT EventId
        FROM errata_errors
        WHERE Timestamp >= {since:DateTime64(9)} - toIntervalHour(1) AND Timestamp < {until:DateTime64(9)} + toIntervalDay(1))
ORDER BY u.StoredAt, u.EventId
LIMIT 1 BY u.EventId
LIMIT {limit:UInt32}
