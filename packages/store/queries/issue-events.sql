-- Latest occurrences of one group, each once. A span row is left out if a log of the group or of its
-- masked message names its span.
WITH groups AS (
    SELECT {fingerprint:String} AS Fingerprint
    UNION ALL
    SELECT m.Fingerprint FROM errata_issue_members AS m WHERE m.Tenant = {tenant:String} AND m.IssueId = {fingerprint:String}
),
-- Which ones, from narrow columns: what an occurrence carries is read of these alone.
shown AS (
    SELECT e.Timestamp AS Timestamp, e.EventId AS EventId
    FROM errata_errors AS e
    WHERE e.Tenant = {tenant:String} AND e.Fingerprint IN (SELECT Fingerprint FROM groups)
        AND (e.Signal != 'span' OR e.SpanId = ''
            OR (e.TraceId, e.SpanId) NOT IN (
                SELECT n.TraceId, n.SpanId
                FROM errata_errors AS n
                WHERE n.Tenant = {tenant:String} AND n.Fingerprint IN (SELECT Fingerprint FROM groups) AND n.Signal = 'log' AND n.SpanId != '')
            AND (e.Template = '' OR (e.Template, e.TraceId, e.SpanId) NOT IN (
                SELECT n.Template, n.TraceId, n.SpanId
                FROM errata_errors AS n
                WHERE n.Tenant = {tenant:String} AND n.Signal = 'log' AND n.SpanId != ''
                    AND n.TraceId IN (
                        SELECT s.TraceId
                        FROM errata_errors AS s
                        WHERE s.Tenant = {tenant:String} AND s.Fingerprint IN (SELECT Fingerprint FROM groups) AND s.Signal = 'span' AND s.SpanId != ''))))
    ORDER BY e.Timestamp DESC, e.EventId
    LIMIT 1 BY e.EventId
    LIMIT {limit:UInt32}
)
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
WHERE e.Tenant = {tenant:String} AND e.Fingerprint IN (SELECT Fingerprint FROM groups)
    AND (e.Timestamp, e.EventId) IN (SELECT Timestamp, EventId FROM shown)
ORDER BY e.Timestamp DESC, e.EventId
LIMIT 1 BY e.EventId
LIMIT {limit:UInt32}
