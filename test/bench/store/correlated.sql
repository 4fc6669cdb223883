-- 120,000 errors of one hour: 2,000 groups by Zipf, three errors to a trace.
INSERT INTO errata_errors (Timestamp, EventId, ServiceName, TraceId, SpanId, Fingerprint, Code, Severity, Message)
SELECT
    fromUnixTimestamp64Nano({startNs:Int64} + toInt64(number) * 30000000),
    lower(hex(sipHash128(number))),
    concat('service-', toString(rank % 50)),
    lower(hex(sipHash128(intDiv(number, 3), 'trace'))),
    lower(hex(sipHash64(number))),
    lower(hex(sipHash128(rank, 'fingerprint'))),
    concat('BENCH_', toString(rank % 60)),
    'medium',
    'connect ECONNREFUSED'
FROM
(
    SELECT number, toUInt32(least(2000, floor(pow(2001, cityHash64(number, 'group') / 18446744073709551616.)))) AS rank
    FROM numbers(120000)
)
