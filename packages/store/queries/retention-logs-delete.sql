-- Deletes what retention-logs-due.sql counts; the parts are rewritten.
ALTER TABLE otel_logs
DELETE WHERE Timestamp < toDateTime({before:UInt32}, 'UTC')
    AND transform(
        concat(ResourceAttributes['errata.tenant'], '\0', multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal')), {exact:Array(String)}, {exactDays:Array(UInt32)},
        transform(
            ResourceAttributes['errata.tenant'], {tenants:Array(String)}, {tenantDays:Array(UInt32)},
            transform(multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal'), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32}))) > 0
    AND toDate(Timestamp, 'UTC') < toDate({today:String}) - transform(
        concat(ResourceAttributes['errata.tenant'], '\0', multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal')), {exact:Array(String)}, {exactDays:Array(UInt32)},
        transform(
            ResourceAttributes['errata.tenant'], {tenants:Array(String)}, {tenantDays:Array(UInt32)},
            transform(multiIf(SeverityNumber = 0, 'unset', SeverityNumber <= 4, 'trace', SeverityNumber <= 8, 'debug', SeverityNumber <= 12, 'info', SeverityNumber <= 16, 'warn', SeverityNumber <= 20, 'error', 'fatal'), {severities:Array(String)}, {severityDays:Array(UInt32)}, {days:UInt32})))
SETTINGS mutations_sync = 2
