-- Errors of some traces between two times with what finding an origin needs, oldest first. A span row is left out if a
-- log of its group names its span.
SELECT * FROM
(
    SELECT
        e.EventId AS eventId,
        e.Timestamp AS timestamp,
        if(m.IssueId != '', m.IssueId, e.Fingerprint) AS fingerprint,
        toString(e.Code) AS code,
        toString(e.Category) AS category,
        toString(e.ServiceName) AS service,
        e.TraceId AS traceId,
        e.SpanId AS spanId,
        toString(e.ExceptionType) AS exceptionType,
        leftUTF8(e.Message, 500) AS message,
        mapFilter((k, v) -> k IN ('errata.causes', 'server.address', 'server.port', 'peer.service', 'service.peer.name', 'net.peer.name', 'db.system.name', 'db.system', 'messaging.system', 'url.full', 'http.url'), e.Attributes) AS attributes
    FROM errata_errors AS e
    LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
    WHERE e.Tenant = {tenant:String} AND e.TraceId IN {traceIds:Array(String)}
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
        AND (e.Signal != 'span' OR e.SpanId = '' OR (e.Fingerprint, e.SpanId) NOT IN (
            SELECT n.Fingerprint, n.SpanId
            FROM errata_errors AS n
            WHERE n.Tenant = {tenant:String} AND n.TraceId IN {traceIds:Array(String)} AND n.Signal = 'log' AND n.SpanId != ''))
    ORDER BY e.TraceId, e.Timestamp, e.EventId
    LIMIT 1 BY e.EventId
)
ORDER BY traceId, timestamp, eventId
LIMIT {perTrace:UInt32} BY traceId
