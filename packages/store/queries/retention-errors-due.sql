-- How many rows of errata_errors are older than a rule keeps them, by errata's severity. The most exact rule decides: tenant and severity,
-- tenant, severity, all; 0 days is no rule. Days are whole ones of UTC, so that a day's part is rewritten once.
SELECT tenant, severity, keep AS days, toUInt64(count()) AS rows
FROM
(
    SELECT
        toString(Tenant) AS tenant,
        if(Severity = '', 'unknown', toString(Severity)) AS severity,
        transform(
            concat(toString(Tenant), '\0', if(Severity = '', 'unknown', toString(Severity))), {exact:Array(String)}, {exactDays:Array(UInt32)},
            transform(
                toString(Tenant), {tenants:Array(String)}, {tenantDays:Array(UInt32)},
                transform(if(Severity = '', 'unknown', toString(Severity)), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32}))) AS keep,
        toDate(Timestamp, 'UTC') AS day
    FROM errata_errors
    WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
)
WHERE keep > 0 AND day < toDate({today:String}) - keep
GROUP BY tenant, severity, keep
ORDER BY tenant, severity
