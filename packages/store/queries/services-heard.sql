-- Which of these services sent any log or span since a time.
SELECT DISTINCT service
FROM
(
    SELECT DISTINCT toString(l.ServiceName) AS service
    FROM otel_logs AS l
    WHERE l.Timestamp >= {since:DateTime64(9)} AND has({services:Array(String)}, l.ServiceName)
        AND l.ResourceAttributes['errata.tenant'] = {tenant:String}
    UNION ALL
    SELECT DISTINCT toString(t.ServiceName) AS service
    FROM otel_traces AS t
    WHERE t.Timestamp >= {since:DateTime64(9)} AND has({services:Array(String)}, t.ServiceName)
        AND t.ResourceAttributes['errata.tenant'] = {tenant:String}
)
ORDER BY service
