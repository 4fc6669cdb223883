-- How many traces hold an error between two times, and what the limit of groups per trace leaves out.
SELECT
    count() AS traces,
    countIf(groups > {perTrace:UInt32}) AS tracesCut,
    sumIf(groups - {perTrace:UInt32}, groups > {perTrace:UInt32}) AS groupsCut
FROM
(
    SELECT uniqExact(if(m.IssueId != '', m.IssueId, e.Fingerprint)) AS groups
    FROM errata_errors AS e
    LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
    WHERE e.Tenant = {tenant:String} AND e.TraceId != ''
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
    GROUP BY e.TraceId
)
