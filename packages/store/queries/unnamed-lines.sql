-- Texts of log records, and of errors that only a span told, that no entry names; equal ones as one, the most frequent first.
SELECT
    u.Type AS type,
    u.Text AS text,
    sum(u.Count) AS count,
    min(u.Timestamp) AS firstSeen,
    max(u.Timestamp) AS lastSeen,
    arraySort(groupUniqArrayIf(8)(u.Service, u.Service != '')) AS services
FROM
(
    SELECT
        leftUTF8(l.LogAttributes['exception.type'], 256) AS Type,
        leftUTF8(if(l.LogAttributes['exception.message'] != '', l.LogAttributes['exception.message'], l.Body), 2048) AS Text,
        toUInt64(least(
            least(greatest(toUInt64OrDefault(l.LogAttributes['errata.count'], toUInt64(1)), 1), 1000000)
                / if(toFloat64OrDefault(l.LogAttributes['errata.sample_rate'], 1.) > 0 AND toFloat64OrDefault(l.LogAttributes['errata.sample_rate'], 1.) < 1,
                    toFloat64OrDefault(l.LogAttributes['errata.sample_rate'], 1.), 1.),
            1000000)) AS Count,
        toTimeZone(l.Timestamp, 'UTC') AS Timestamp,
        toString(l.ServiceName) AS Service
    FROM otel_logs AS l
    WHERE l.ResourceAttributes['errata.tenant'] = {tenant:String}
        AND l.Timestamp >= {since:DateTime64(9)} AND l.Timestamp < {until:DateTime64(9)}
        AND has({unnamed:Array(String)}, l.LogAttributes['errata.pattern'])
        -- An application's own code without an entry names it too.
        AND (l.LogAttributes['errata.pattern'] != '' OR l.LogAttributes['errata.code'] IN ('', 'UNKNOWN'))
    UNION ALL
    SELECT
        toString(e.ExceptionType) AS Type,
        leftUTF8(e.Message, 2048) AS Text,
        toUInt64(e.Count) AS Count,
        toTimeZone(e.Timestamp, 'UTC') AS Timestamp,
        toString(e.ServiceName) AS Service
    FROM errata_errors AS e
    WHERE e.Tenant = {tenant:String} AND e.Signal = 'span'
        AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
        AND has({unnamed:Array(String)}, toString(e.Pattern)) AND (e.Pattern != '' OR e.Code IN ('', 'UNKNOWN'))
) AS u
WHERE u.Text != ''
GROUP BY type, text
ORDER BY count DESC, lastSeen DESC, type, text
LIMIT {limit:UInt32}
