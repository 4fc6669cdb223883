-- How many rows of otel_logs are older than a rule keeps them, by OpenTelemetry's severity. The most exact rule decides: tenant and severity,
-- tenant, severity, all; 0 days is no rule. Days are whole ones of UTC, so that a day's part is rewritten once.
SELECT tenant, severity, keep AS days, toUInt64(count()) AS rows
FROM
(
    SELECT
        ResourceAttributes['errata.tenant'] AS tenant,
        multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal') AS severity,
        transform(
            concat(ResourceAttributes['errata.tenant'], '\0', multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal')), {exact:Array(String)}, {exactDays:Array(UInt32)},
            transform(
                ResourceAttributes['errata.tenant'], {tenants:Array(String)}, {tenantDays:Array(UInt32)},
                transform(multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal'), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32}))) AS keep,
        toDate(Timestamp, 'UTC') AS day
    FROM otel_logs
    WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
)
WHERE keep > 0 AND day < toDate({today:String}) - keep
GROUP BY tenant, severity, keep
ORDER BY tenant, severity
