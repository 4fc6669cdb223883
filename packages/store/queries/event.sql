-- One occurrence by its id.
SELECT
    e.EventId AS eventId,
    e.Timestamp AS timestamp,
    e.Fingerprint AS fingerprint,
    e.Code AS code,
    e.Category AS category,
    e.Severity AS severity,
    e.Retryable AS retryable,
    e.Handled AS handled,
    e.Signal AS signal,
    e.ServiceName AS service,
    e.Environment AS environment,
    e.Release AS release,
    e.TraceId AS traceId,
    e.SpanId AS spanId,
    e.ExceptionType AS exceptionType,
    e.Message AS message,
    e.Stacktrace AS stacktrace,
    e.Template AS template,
    e.TaskName AS taskName,
    e.TaskId AS taskId,
    e.Immediate AS immediate,
    e.Preventive AS preventive,
    e.Docs AS docs,
    e.Body AS body,
    e.Count AS count,
    e.RunId AS runId,
    e.Attributes AS attributes,
    e.ResourceAttributes AS resource
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.EventId = {eventId:String}
ORDER BY e.Signal, e.Timestamp
LIMIT 1
