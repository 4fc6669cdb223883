-- Silences that hold at a time, the one that ends first before the others.
SELECT
    SilenceId AS id,
    argMax(s.Actor, s.Timestamp) AS actor,
    argMax(s.Rule, s.Timestamp) AS rule,
    argMax(s.IssueId, s.Timestamp) AS issue,
    argMax(s.ServiceName, s.Timestamp) AS service,
    argMax(s.Code, s.Timestamp) AS code,
    argMax(s.Until, s.Timestamp) AS until,
    argMax(s.Comment, s.Timestamp) AS comment
FROM errata_alert_silences AS s
WHERE s.Tenant = {tenant:String}
GROUP BY SilenceId
HAVING until > {now:DateTime64(3)}
ORDER BY until, id
LIMIT 1000
