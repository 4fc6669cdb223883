-- Releases of services that wrote logs between two times, failing or not, with what they say of their source code.
SELECT
    toString(l.ServiceName) AS service,
    leftUTF8(l.ResourceAttributes['service.version'], 256) AS release,
    min(toTimeZone(l.Timestamp, 'UTC')) AS firstSeen,
    toUnixTimestamp64Milli(firstSeen) AS firstMs,
    uniqExact(l.Timestamp) AS records,
    maxIf(leftUTF8(l.ResourceAttributes['vcs.ref.head.revision'], 128), l.ResourceAttributes['vcs.ref.head.revision'] != '') AS revision,
    maxIf(leftUTF8(l.ResourceAttributes['vcs.repository.url.full'], 512), l.ResourceAttributes['vcs.repository.url.full'] != '') AS repository
FROM otel_logs AS l
WHERE has({services:Array(String)}, toString(l.ServiceName))
    AND l.Timestamp >= {since:DateTime64(9)} AND l.Timestamp <= {until:DateTime64(9)}
    AND l.ResourceAttributes['errata.tenant'] = {tenant:String} AND release != ''
GROUP BY service, release
ORDER BY firstSeen, service, release
LIMIT 500
