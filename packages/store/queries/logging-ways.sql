-- What each way of logging brought since a time, by service and instrumentation scope: log records, errors, and errors that no
-- other way brought. An error that goes by several ways has one id.
SELECT service, scope, sum(records) AS records, sum(error) AS errors, sum(single) AS alone
FROM
(
    SELECT toString(l.ServiceName) AS service, l.ScopeName AS scope, count() AS records, 0 AS error, 0 AS single
    FROM otel_logs AS l
    WHERE l.Timestamp >= {since:DateTime64(9)} AND l.ResourceAttributes['errata.tenant'] = {tenant:String}
    GROUP BY service, scope
    UNION ALL
    SELECT service, arrayJoin(scopes) AS scope, 0 AS records, 1 AS error, length(scopes) = 1 AS single
    FROM
    (
        SELECT toString(l.ServiceName) AS service, groupUniqArray(100)(l.ScopeName) AS scopes
        FROM otel_logs AS l
        WHERE l.Timestamp >= {since:DateTime64(9)} AND l.ResourceAttributes['errata.tenant'] = {tenant:String}
            AND l.LogAttributes['errata.fingerprint'] != ''
        GROUP BY service, l.LogAttributes['log.record.uid']
    )
)
GROUP BY service, scope
ORDER BY service, errors DESC, records DESC, scope
LIMIT {limit:UInt32}
