-- {count} log records of a slice of time, in its order: 1 in 100 an error as a described program leaves it, of 2,000 groups by
-- Zipf, from 50 services. The same numbers give the same records but for their times.
INSERT INTO {table:Identifier} (Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceSchemaUrl, ResourceAttributes, ScopeSchemaUrl, ScopeName, ScopeVersion, ScopeAttributes, LogAttributes, EventName)
WITH
    cityHash64(number, 'group') / 18446744073709551616. AS u,
    number % 100 = 0 AS failed,
    -- Log-uniform ranks are Zipf's law with exponent 1.
    toUInt32(least(2000, floor(pow(2001, u)))) AS rank,
    toUInt32(if(failed, (rank * 7 + cityHash64(number, 'service') % 3) % 50, cityHash64(number, 'service') % 50)) AS service,
    concat('1.', toString(intDiv(number * 20, {total:UInt64})), '.', toString(service % 3)) AS release,
    concat('connect ECONNREFUSED 10.0.', toString(rank % 250), '.7:', toString(5000 + number % 1000)) AS message
SELECT
    fromUnixTimestamp64Nano({startNs:Int64} + toInt64(number - {from:UInt64}) * intDiv({spanNs:Int64}, toInt64({count:UInt64})) + toInt64(cityHash64(number) % 1000000)) AS Timestamp,
    lower(hex(sipHash128(intDiv(number, 7)))) AS TraceId,
    lower(hex(sipHash64(number))) AS SpanId,
    1 AS TraceFlags,
    if(failed, 'ERROR', 'INFO') AS SeverityText,
    if(failed, 17, 9) AS SeverityNumber,
    concat('service-', toString(service)) AS ServiceName,
    if(failed, message, concat('request ', toString(cityHash64(number)), ' to /orders/', toString(number % 9973), ' answered in ', toString(number % 400), ' ms')) AS Body,
    '' AS ResourceSchemaUrl,
    map('service.name', concat('service-', toString(service)), 'service.version', release, 'deployment.environment.name', if(service % 10 = 0, 'staging', 'production'),
        'host.name', concat('host-', toString(cityHash64(number, 'host') % 200)), 'cloud.region', ['eu-west-1', 'us-east-1', 'ap-south-1'][1 + number % 3], 'telemetry.sdk.language', 'nodejs') AS ResourceAttributes,
    '' AS ScopeSchemaUrl,
    'orders' AS ScopeName,
    '1.0.0' AS ScopeVersion,
    map()::Map(LowCardinality(String), String) AS ScopeAttributes,
    if(failed,
        map(
            'log.record.uid', lower(hex(sipHash128(number))),
            'exception.type', concat('Error', toString(rank % 40)),
            'exception.message', message,
            'exception.stacktrace', concat('Error: ', message, arrayStringConcat(arrayMap(i -> concat('\n    at step', toString(i), ' (/app/src/module', toString((rank + i) % 300), '.js:', toString(10 + (rank * i) % 900), ':9)'), range(12)))),
            'errata.fingerprint', lower(hex(sipHash128(rank, 'fingerprint'))),
            'errata.fingerprint_version', '1',
            'errata.code', concat('BENCH_', toString(rank % 60)),
            'errata.pattern', concat('bench.', toString(rank % 60)),
            'errata.category', 'network',
            'errata.severity', ['low', 'medium', 'high', 'critical'][1 + rank % 4],
            'errata.retryable', if(rank % 2 = 0, 'true', 'false'),
            'errata.handled', if(number % 500 = 0, 'false', 'true'),
            'errata.template', 'connect ECONNREFUSED <addr>',
            'errata.suggestions.immediate', '["Check that the address is the right one and that something listens there."]',
            'errata.suggestions.preventive', '["Retry connections with exponential back-off and jitter, within a deadline."]',
            'errata.context.task.name', concat('task-', toString(rank % 30)),
            'errata.context.task.id', toString(cityHash64(number, 'task')),
            'http.route', concat('/orders/', toString(rank % 80))),
        map('http.route', concat('/orders/', toString(number % 80)), 'http.response.status_code', '200', 'user.id', toString(cityHash64(number, 'user') % 100000), 'duration', toString(number % 400))
    )::Map(LowCardinality(String), String) AS LogAttributes,
    if(failed, 'exception', '') AS EventName
FROM numbers({from:UInt64}, {count:UInt64})
