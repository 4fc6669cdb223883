-- One issue, straight from errata_errors.
SELECT
    argMax((Code, ExceptionType, Message, Template, Immediate), Timestamp) AS Latest, uniqExact(EventId) AS Count,
    uniqExactIf(EventId, NOT Handled) AS Unhandled, groupUniqArray(100)(ServiceName) AS Services, uniqExact(TraceId) AS Traces,
    min(Timestamp) AS FirstSeen, max(Timestamp) AS LastSeen, argMin(Release, Timestamp) AS FirstRelease, argMax(Release, Timestamp) AS LastRelease
FROM errata_errors
WHERE Tenant = '' AND Fingerprint = {fingerprint:String}
