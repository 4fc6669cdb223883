-- What was done to an issue, the latest first.
SELECT
    v.Timestamp AS timestamp,
    v.EventId AS eventId,
    v.Actor AS actor,
    v.Action AS action,
    v.Detail AS detail
FROM errata_issue_events AS v
WHERE v.Tenant = {tenant:String} AND v.IssueId = {issue:String}
ORDER BY v.Timestamp DESC, v.EventId
LIMIT 1 BY v.EventId
LIMIT {limit:UInt32}
