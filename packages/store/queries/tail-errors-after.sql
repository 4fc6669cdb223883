-- The errors that follow a place, oldest first. The place is a time and the hash of the row there.
SELECT
    e.Timestamp AS timestamp,
    e.ServiceName AS service,
    e.SeverityText AS severityText,
    e.SeverityNumber AS severityNumber,
    if(e.Message != '', e.Message, e.Body) AS body,
    e.TraceId AS traceId,
    e.TaskId AS taskId,
    e.Code AS code,
    e.Fingerprint AS fingerprint,
    toString(toUnixTimestamp64Nano(e.Timestamp)) AS at,
    toString(cityHash64(e.Fingerprint, e.EventId)) AS id
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String}
    AND ({taskId:String} = '' OR e.TaskId = {taskId:String})
    AND (e.Signal != 'span' OR e.SpanId = ''
        OR (e.Fingerprint, e.TraceId, e.SpanId) NOT IN (
            SELECT n.Fingerprint, n.TraceId, n.SpanId
            FROM errata_errors AS n
            WHERE n.Tenant = {tenant:String} AND n.Signal = 'log' AND n.SpanId != ''
                AND n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(1))
        AND (e.Template = '' OR (e.Template, e.TraceId, e.SpanId) NOT IN (
            SELECT n.Template, n.TraceId, n.SpanId
            FROM errata_errors AS n
            WHERE n.Tenant = {tenant:String} AND n.Signal = 'log' AND n.SpanId != ''
                AND n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(1))))
    AND e.Timestamp >= {since:DateTime64(9)}
    AND (e.Timestamp, cityHash64(e.Fingerprint, e.EventId)) > ({since:DateTime64(9)}, {id:UInt64})
ORDER BY e.Timestamp, cityHash64(e.Fingerprint, e.EventId)
LIMIT 1 BY at, id
LIMIT {limit:UInt32}
