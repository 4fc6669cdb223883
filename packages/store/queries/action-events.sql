-- What happened to one action, the earliest first.
SELECT
    a.Timestamp AS timestamp,
    a.EventId AS eventId,
    a.Event AS event,
    a.Actor AS actor,
    a.Attempt AS attempt,
    a.ExitCode AS exitCode,
    a.Status AS status,
    a.Detail AS detail,
    a.Output AS output
FROM errata_action_events AS a
WHERE a.Tenant = {tenant:String} AND a.ActionId = {action:String}
ORDER BY a.Timestamp, a.EventId
LIMIT 1 BY a.EventId
LIMIT {limit:UInt32}
