-- Unsettles the days of errors that are about to be erased (0015_settled_days.sql).
INSERT INTO errata_arrivals (Tenant, Hour, DeletingUntil)
SELECT e.Tenant, toStartOfHour(e.Timestamp) AS Hour, now64(3, 'UTC') + toIntervalHour(1)
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND multiSearchAny(toString(tuple(*)), {subject:Array(String)})
GROUP BY e.Tenant, Hour
