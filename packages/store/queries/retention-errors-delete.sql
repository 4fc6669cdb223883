-- Deletes what retention-errors-due.sql counts; the parts are rewritten.
ALTER TABLE errata_errors
DELETE WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
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
SETTINGS mutations_sync = 2
