-- Days between two that are settled (0015_settled_days.sql says what that is), since 1970, and when each was computed, in milliseconds.
SELECT toUInt32(c.Day) AS day, toUnixTimestamp64Milli(c.ComputedAt) AS computedMs
FROM
(
    SELECT Day, max(ComputedAt) AS ComputedAt
    FROM errata_settled_days
    WHERE Tenant = {tenant:String} AND Fingerprint = '' AND Count = 0
    GROUP BY Day
) AS c
LEFT JOIN
(
    SELECT toDate(arrayJoin([Hour - toIntervalHour(1), Hour, Hour + toIntervalHour(1)])) AS Day, max(greatest(ArrivedAt, DeletingUntil)) AS ChangedAt
    FROM errata_arrivals
    WHERE Tenant = {tenant:String}
    GROUP BY Day
) AS a ON a.Day = c.Day
WHERE c.Day >= toDate({firstDay:UInt32}) AND c.Day < toDate({endDay:UInt32}) AND c.Day > toDate(now('UTC')) - 34
    AND c.ComputedAt > a.ChangedAt + toIntervalMinute(2)
ORDER BY day
