-- An error that went through sampling stands for those that did not: Count is errata.count divided by errata.sample_rate.
-- A quotient that is no whole number is rounded up or down by the id of the occurrence, so that sums come out right
-- (a rate of 0.3 makes 3 of two rows and 4 of the third) and the same record always has the same Count. The column's type and
-- the rest of the view are as before; rows that are there keep their Count.
--
-- Still total functions only: a rate that is no number between 0 and 1 is none.
ALTER TABLE errata_errors_mv MODIFY QUERY SELECT
    multiIf(
        toUnixTimestamp64Nano(l.Timestamp) = 0, now64(9, 'UTC'),
        l.Timestamp < now64(9, 'UTC') - toIntervalDay(30), now64(9, 'UTC') - toIntervalDay(30),
        l.Timestamp > now64(9, 'UTC') + toIntervalDay(1), now64(9, 'UTC') + toIntervalDay(1),
        toTimeZone(l.Timestamp, 'UTC')) AS Timestamp,
    if(
        length(LogAttributes['log.record.uid']) BETWEEN 1 AND 128,
        LogAttributes['log.record.uid'],
        lower(hex(substring(SHA256(concat(
            toString(toUnixTimestamp64Nano(l.Timestamp)), '\0',
            l.ServiceName, '\0',
            l.TraceId, '\0',
            l.SpanId, '\0',
            l.Body, '\0',
            LogAttributes['exception.type'], '\0',
            LogAttributes['exception.message'], '\0',
            LogAttributes['exception.stacktrace'], '\0')), 1, 16)))) AS EventId,
    l.ResourceAttributes['errata.tenant'] AS Tenant,
    l.ServiceName AS ServiceName,
    leftUTF8(if(l.ResourceAttributes['deployment.environment.name'] != '', l.ResourceAttributes['deployment.environment.name'], l.ResourceAttributes['deployment.environment']), 256) AS Environment,
    leftUTF8(l.ResourceAttributes['service.version'], 256) AS Release,
    l.TraceId AS TraceId,
    l.SpanId AS SpanId,
    if(LogAttributes['errata.signal'] = 'span', 'span', 'log') AS Signal,
    toUInt32(floor(
        least(
            least(greatest(toUInt64OrDefault(LogAttributes['errata.count'], toUInt64(1)), 1), 1000000)
                / if(toFloat64OrDefault(LogAttributes['errata.sample_rate'], 1.) > 0 AND toFloat64OrDefault(LogAttributes['errata.sample_rate'], 1.) < 1,
                    toFloat64OrDefault(LogAttributes['errata.sample_rate'], 1.), 1.),
            1000000)
        + CRC32(EventId) / 4294967296)) AS Count,
    if(
        length(LogAttributes['errata.fingerprint']) <= 128,
        LogAttributes['errata.fingerprint'],
        lower(hex(substring(SHA256(LogAttributes['errata.fingerprint']), 1, 16)))) AS Fingerprint,
    toUInt16OrZero(LogAttributes['errata.fingerprint_version']) AS FingerprintVersion,
    leftUTF8(LogAttributes['errata.code'], 128) AS Code,
    leftUTF8(LogAttributes['errata.pattern'], 256) AS Pattern,
    leftUTF8(LogAttributes['errata.category'], 64) AS Category,
    if(LogAttributes['errata.severity'] IN ('low', 'medium', 'high', 'critical'), LogAttributes['errata.severity'], '') AS Severity,
    multiIf(LogAttributes['errata.retryable'] = 'true', true, LogAttributes['errata.retryable'] = 'false', false, NULL) AS Retryable,
    LogAttributes['errata.handled'] != 'false' AS Handled,
    leftUTF8(LogAttributes['exception.type'], 256) AS ExceptionType,
    leftUTF8(if(LogAttributes['exception.message'] != '', LogAttributes['exception.message'], l.Body), 16384) AS Message,
    leftUTF8(LogAttributes['exception.stacktrace'], 65536) AS Stacktrace,
    leftUTF8(LogAttributes['errata.template'], 2048) AS Template,
    leftUTF8(LogAttributes['errata.context.task.name'], 256) AS TaskName,
    leftUTF8(LogAttributes['errata.context.task.id'], 256) AS TaskId,
    leftUTF8(l.ResourceAttributes['errata.run.id'], 256) AS RunId,
    leftUTF8(LogAttributes['errata.catalog'], 256) AS Catalog,
    arrayMap(x -> leftUTF8(x, 512), arraySlice(JSONExtract(LogAttributes['errata.suggestions.immediate'], 'Array(String)'), 1, 16)) AS Immediate,
    arrayMap(x -> leftUTF8(x, 512), arraySlice(JSONExtract(LogAttributes['errata.suggestions.preventive'], 'Array(String)'), 1, 16)) AS Preventive,
    arrayMap(x -> leftUTF8(x, 512), arraySlice(JSONExtract(LogAttributes['errata.docs'], 'Array(String)'), 1, 16)) AS Docs,
    l.SeverityText AS SeverityText,
    l.SeverityNumber AS SeverityNumber,
    l.Body AS Body,
    LogAttributes AS Attributes,
    l.ResourceAttributes AS ResourceAttributes
FROM otel_logs AS l
WHERE LogAttributes['errata.fingerprint'] != '';

ALTER TABLE errata_errors COMMENT COLUMN Count 'Occurrences this row stands for: errata.count, 1 to 1000000, divided by errata.sample_rate';
