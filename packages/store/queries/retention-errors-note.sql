-- Unsettles the days of what retention-errors-delete.sql is about to delete (0015_settled_days.sql).
INSERT INTO errata_arrivals (Tenant, Hour, DeletingUntil)
SELECT Tenant, toStartOfHour(Timestamp) AS Hour, now64(3, 'UTC') + toIntervalHour(1)
FROM errata_errors
WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
    AND transform(
        concat(toString(Tenant), '\0', if(Severity = '', 'unknown', toString(Severity))), {exact:Array(String)}, {exactDays:Array(UInt32)},
        transform(
            toString(Tenant), {tenants:Array(String)}, {tenantDays:Array(UInt32)},
            transform(if(Severity = '', 'unknown', toString(Severity)), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32}))) > 0
    AND toDate(Timestamp, 'UTC') < toDate({today:String}) - transform(
        concat(toString(Tenant), '\0', if(Severity = '', 'unknown', toString(Severity))), {exact:Array(String)}, {exactDays:Array(UInt32)},
        transform(
            toString(Tenant), {tenants:Array(String)}, {tenantDays:Array(UInt32)},
            transform(if(Severity = '', 'unknown', toString(Severity)), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32})))
GROUP BY Tenant, Hour
