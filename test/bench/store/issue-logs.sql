-- One issue, from the maps of otel_logs.
SELECT
    argMax((LogAttributes['errata.code'], LogAttributes['exception.type'], LogAttributes['exception.message'], LogAttributes['errata.template'], LogAttributes['errata.suggestions.immediate']), Timestamp) AS Latest,
    uniqExact(LogAttributes['log.record.uid']) AS Count, uniqExactIf(LogAttributes['log.record.uid'], LogAttributes['errata.handled'] = 'false') AS Unhandled,
    groupUniqArray(100)(ServiceName) AS Services, uniqExact(TraceId) AS Traces, min(Timestamp) AS FirstSeen, max(Timestamp) AS LastSeen,
    argMin(ResourceAttributes['service.version'], Timestamp) AS FirstRelease, argMax(ResourceAttributes['service.version'], Timestamp) AS LastRelease
FROM otel_logs
WHERE LogAttributes['errata.fingerprint'] = {fingerprint:String}
