-- What some occurrences, each given by its group and time, say of themselves; one row per group.
SELECT
    e.Fingerprint AS latestGroup,
    toString(e.Code) AS code,
    toString(e.Pattern) AS pattern,
    toString(e.Category) AS category,
    toString(e.Severity) AS severity,
    e.Retryable AS retryable,
    toString(e.ExceptionType) AS exceptionType,
    e.Message AS message,
    e.Template AS template,
    e.Immediate AS immediate,
    e.Preventive AS preventive,
    e.Docs AS docs
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String}
    AND (e.Fingerprint, e.Timestamp) IN (
        SELECT pair.1, parseDateTime64BestEffort(pair.2, 9, 'UTC')
        FROM (SELECT arrayJoin(arrayZip({groups:Array(String)}, {times:Array(String)})) AS pair))
    AND ({service:String} = '' OR e.ServiceName = {service:String})
    AND ({code:String} = '' OR e.Code = {code:String})
    AND ({runId:String} = '' OR e.RunId = {runId:String})
ORDER BY e.Signal, e.EventId
LIMIT 1 BY e.Fingerprint
