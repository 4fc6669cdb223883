-- Releases in which an issue was seen from a time on, by service, with what they say of their source code.
SELECT
    toString(e.ServiceName) AS service,
    toString(e.Release) AS release,
    min(e.Timestamp) AS firstSeen,
    toUnixTimestamp64Milli(firstSeen) AS firstMs,
    uniqExact(e.EventId) AS records,
    maxIf(leftUTF8(e.ResourceAttributes['vcs.ref.head.revision'], 128), e.ResourceAttributes['vcs.ref.head.revision'] != '') AS revision,
    maxIf(leftUTF8(e.ResourceAttributes['vcs.repository.url.full'], 512), e.ResourceAttributes['vcs.repository.url.full'] != '') AS repository
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.Timestamp >= {since:DateTime64(9)} AND e.Release != '' AND e.ServiceName != ''
    AND e.Fingerprint IN (
        SELECT {issue:String}
        UNION ALL
        SELECT m.Fingerprint FROM errata_issue_members AS m WHERE m.Tenant = {tenant:String} AND m.IssueId = {issue:String})
GROUP BY service, release
ORDER BY firstSeen, service, release
LIMIT 200
