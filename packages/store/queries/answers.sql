-- What models answered about one subject, the latest first.
SELECT
    a.Timestamp AS timestamp,
    a.AnswerId AS answerId,
    a.Actor AS actor,
    a.Api AS api,
    a.Host AS host,
    a.Model AS model,
    a.PromptVersion AS promptVersion,
    a.ReportSha256 AS reportSha256,
    a.InputTokens AS inputTokens,
    a.OutputTokens AS outputTokens,
    a.Cost AS cost,
    a.Answer AS answer
FROM errata_answers AS a
WHERE a.Tenant = {tenant:String} AND a.Kind = {kind:String} AND a.SubjectId = {subject:String}
ORDER BY a.Timestamp DESC, a.AnswerId
LIMIT 1 BY a.AnswerId
LIMIT {limit:UInt32}
