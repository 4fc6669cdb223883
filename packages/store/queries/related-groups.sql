-- Issues (a group with what was merged into it) that failed in the traces of one, and in how many of them they failed first.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
),
mine AS (
    SELECT m.TraceId AS TraceId, min(m.Timestamp) AS At
    FROM errata_errors AS m
    WHERE m.Tenant = {tenant:String} AND m.TraceId != ''
        AND (m.Fingerprint = {fingerprint:String} OR m.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId = {fingerprint:String}))
        AND m.Timestamp >= {since:DateTime64(9)} AND m.Timestamp < {until:DateTime64(9)}
    GROUP BY m.TraceId
    ORDER BY At DESC
    LIMIT 10000
)
SELECT
    if(n.IssueId != '', n.IssueId, e.Fingerprint) AS fingerprint,
    toString(argMax(e.Code, (e.Timestamp, e.EventId))) AS code,
    toString(argMax(e.ExceptionType, (e.Timestamp, e.EventId))) AS exceptionType,
    argMax(e.Message, (e.Timestamp, e.EventId)) AS message,
    arraySort(groupUniqArrayIf(20)(toString(e.ServiceName), e.ServiceName != '')) AS services,
    uniqExact(e.TraceId) AS traces,
    uniqExactIf(e.TraceId, e.Timestamp < mine.At) AS earlier,
    (SELECT count() FROM mine) AS of
FROM errata_errors AS e
INNER JOIN mine ON mine.TraceId = e.TraceId
LEFT JOIN members AS n ON n.Fingerprint = e.Fingerprint
WHERE e.Tenant = {tenant:String} AND if(n.IssueId != '', n.IssueId, e.Fingerprint) != {fingerprint:String}
    AND e.TraceId IN (SELECT TraceId FROM mine)
GROUP BY fingerprint
ORDER BY traces DESC, earlier DESC, fingerprint
LIMIT {limit:UInt32}
