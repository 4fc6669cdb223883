-- The counting rule of 0004_trends.sql, extended: a log names a span also by the masked message they share.
--
-- What an SDK sends of one failure may be two groups: Python's traceback of a log ends at the frame that catches, and the
-- span catches further out; Go's slog peels what wraps off the type, and RecordError does not. Within one span the same
-- masked message is the same failure. Another span is another operation: it stays two. A span is no name for a span by
-- its message, nor is an empty message one.
--
-- A name is hashed, 1 by group and 2 by message, so that one set in memory answers both: of a million errors it takes
-- two thirds of the memory and the same time as the former set of groups alone.
CREATE OR REPLACE VIEW errata_occurrences
AS SELECT
    e.Tenant AS Tenant,
    e.Fingerprint AS Fingerprint,
    min(e.Timestamp) AS Timestamp,
    any(e.EventId) AS EventId,
    max(e.Count) AS Count,
    any(e.Signal) AS Signal,
    any(e.ServiceName) AS ServiceName,
    any(e.Environment) AS Environment,
    any(e.Release) AS Release,
    any(e.TaskName) AS TaskName,
    any(e.TraceId) AS TraceId,
    any(e.Code) AS Code,
    any(e.Handled) AS Handled,
    any(e.RunId) AS RunId
FROM errata_errors AS e
WHERE e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
    AND (e.Signal != 'span' OR e.SpanId = ''
        OR sipHash128(1, e.Tenant, e.Fingerprint, e.TraceId, e.SpanId, toStartOfHour(e.Timestamp)) NOT IN (
            SELECT arrayJoin(arrayConcat(
                arrayMap(h -> sipHash128(1, n.Tenant, n.Fingerprint, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), if(n.Signal = 'span', [1], [-1, 0, 1])),
                if(n.Signal = 'span' OR n.Template = '', [], arrayMap(h -> sipHash128(2, n.Tenant, n.Template, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), [-1, 0, 1]))))
            FROM errata_errors AS n
            WHERE n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND n.Timestamp < {until:DateTime64(9)} + toIntervalHour(2)
                AND n.SpanId != ''
                AND (n.TraceId, n.SpanId) IN (
                    SELECT s.TraceId, s.SpanId
                    FROM errata_errors AS s
                    WHERE s.Signal = 'span' AND s.SpanId != ''
                        AND s.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND s.Timestamp < {until:DateTime64(9)} + toIntervalHour(2)))
        AND sipHash128(2, e.Tenant, e.Template, e.TraceId, e.SpanId, toStartOfHour(e.Timestamp)) NOT IN (
            SELECT arrayJoin(arrayConcat(
                arrayMap(h -> sipHash128(1, n.Tenant, n.Fingerprint, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), if(n.Signal = 'span', [1], [-1, 0, 1])),
                if(n.Signal = 'span' OR n.Template = '', [], arrayMap(h -> sipHash128(2, n.Tenant, n.Template, n.TraceId, n.SpanId, toStartOfHour(n.Timestamp) + toIntervalHour(h)), [-1, 0, 1]))))
            FROM errata_errors AS n
            WHERE n.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND n.Timestamp < {until:DateTime64(9)} + toIntervalHour(2)
                AND n.SpanId != ''
                AND (n.TraceId, n.SpanId) IN (
                    SELECT s.TraceId, s.SpanId
                    FROM errata_errors AS s
                    WHERE s.Signal = 'span' AND s.SpanId != ''
                        AND s.Timestamp >= {since:DateTime64(9)} - toIntervalHour(2) AND s.Timestamp < {until:DateTime64(9)} + toIntervalHour(2))))
GROUP BY
    Tenant,
    Fingerprint,
    if(e.Signal = 'span' AND e.SpanId != '', concat('span ', e.TraceId, e.SpanId, toString(toStartOfHour(e.Timestamp))), e.EventId)
COMMENT 'Counted occurrences between two times: SELECT sum(Count) FROM errata_occurrences(since = ..., until = ...)';
