-- How many rows of otel_traces are older than a rule keeps them, by whether the span failed. The most exact rule decides: tenant and severity,
-- tenant, severity, all; 0 days is no rule. Days are whole ones of UTC, so that a day's part is rewritten once.
SELECT tenant, severity, keep AS days, toUInt64(count()) AS rows
FROM
(
    SELECT
        ResourceAttributes['errata.tenant'] AS tenant,
        if(StatusCode = 'Error', 'error', 'ok') AS severity,
        transform(
            concat(ResourceAttributes['errata.tenant'], '\0', if(StatusCode = 'Error', 'error', 'ok')), {exact:Array(String)}, {exactDays:Array(UInt32)},
            transform(
                ResourceAttributes['errata.tenant'], {tenants:Array(String)}, {tenantDays:Array(UInt32)},
                transform(if(StatusCode = 'Error', 'error', 'ok'), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32}))) AS keep,
        toDate(Timestamp, 'UTC') AS day
    FROM otel_traces
    WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
)
WHERE keep > 0 AND day < toDate({today:String}) - keep
GROUP BY tenant, severity, keep
ORDER BY tenant, severity
