-- What was last done to each of these issues.
SELECT
    v.IssueId AS issueId,
    argMaxIf(v.Action, v.Timestamp, v.Action IN ('resolve', 'ignore', 'reopen')) AS action,
    argMaxIf(v.Detail, v.Timestamp, v.Action IN ('resolve', 'ignore', 'reopen')) AS detail,
    argMaxIf(v.Actor, v.Timestamp, v.Action IN ('resolve', 'ignore', 'reopen')) AS actor,
    toUnixTimestamp64Milli(maxIf(v.Timestamp, v.Action IN ('resolve', 'ignore', 'reopen'))) AS atMs,
    argMaxIf(v.Detail, v.Timestamp, v.Action = 'assign') AS assigned,
    uniqExactIf(v.EventId, v.Action = 'comment') AS comments
FROM errata_issue_events AS v
WHERE v.Tenant = {tenant:String} AND v.IssueId IN {issues:Array(String)}
GROUP BY v.IssueId
