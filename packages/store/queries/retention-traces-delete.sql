-- Deletes what retention-traces-due.sql counts; the parts are rewritten.
ALTER TABLE otel_traces
DELETE WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
    AND transform(
        concat(ResourceAttributes['errata.tenant'], '\0', if(StatusCode = 'Error', 'error', 'ok')), {exact:Array(String)}, {exactDays:Array(UInt32)},
        transform(
            ResourceAttributes['errata.tenant'], {tenants:Array(String)}, {tenantDays:Array(UInt32)},
            transform(if(StatusCode = 'Error', 'error', 'ok'), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32}))) > 0
    AND toDate(Timestamp, 'UTC') < toDate({today:String}) - transform(
        concat(ResourceAttributes['errata.tenant'], '\0', if(StatusCode = 'Error', 'error', 'ok')), {exact:Array(String)}, {exactDays:Array(UInt32)},
        transform(
            ResourceAttributes['errata.tenant'], {tenants:Array(String)}, {tenantDays:Array(UInt32)},
            transform(if(StatusCode = 'Error', 'error', 'ok'), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32})))
SETTINGS mutations_sync = 2
