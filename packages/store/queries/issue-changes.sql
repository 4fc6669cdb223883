-- Issues with a record that arrived, or something done to them, since a time: what of them is new since then. Arrival, not
-- the time of the record, decides, so that what comes late is not missed.
WITH members AS (
    SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}
),
done AS (
    SELECT v.IssueId AS IssueId, max(v.Timestamp) AS At
    FROM errata_issue_events AS v
    WHERE v.Tenant = {tenant:String} AND v.Action IN ('resolve', 'ignore', 'reopen')
    GROUP BY v.IssueId
),
touched AS (
    SELECT t.Issue AS Issue
    FROM
    (
        SELECT if(m.IssueId != '', m.IssueId, e.Fingerprint) AS Issue, min(e.InsertedAt) AS At
        FROM errata_errors AS e
        LEFT JOIN members AS m ON m.Fingerprint = e.Fingerprint
        WHERE e.Tenant = {tenant:String} AND e.InsertedAt > {since:DateTime64(3)}
        GROUP BY Issue
        UNION ALL
        SELECT d.IssueId AS Issue, toDateTime64(d.At, 3, 'UTC') AS At FROM done AS d WHERE d.At > {since:DateTime64(3)}
    ) AS t
    GROUP BY Issue
    ORDER BY min(t.At), Issue
    LIMIT {limit:UInt32}
)
SELECT
    if(m.IssueId != '', m.IssueId, e.Fingerprint) AS issueId,
    toUnixTimestamp64Milli(min(e.InsertedAt)) AS firstArrivalMs,
    toUnixTimestamp64Milli(any(d.At)) AS doneMs,
    toUnixTimestamp64Milli(minIf(e.InsertedAt, e.Timestamp > d.At)) AS backArrivalMs,
    sumIf(e.Count, e.Timestamp > d.At AND e.InsertedAt > {since:DateTime64(3)}) AS freshSince,
    sumIf(e.Count, e.Timestamp >= {hour:DateTime64(9)} AND e.InsertedAt > {since:DateTime64(3)}) AS freshHour,
    groupUniqArrayIf(200)((toString(e.ServiceName), toString(e.Release)), e.Timestamp > d.At AND e.Release != '' AND e.InsertedAt <= {since:DateTime64(3)}) AS releasesBefore
FROM errata_errors AS e
LEFT JOIN members AS m ON m.Fingerprint = e.Fingerprint
LEFT JOIN done AS d ON d.IssueId = if(m.IssueId != '', m.IssueId, e.Fingerprint)
WHERE e.Tenant = {tenant:String}
    AND (e.Fingerprint IN (SELECT Issue FROM touched)
        OR e.Fingerprint IN (SELECT Fingerprint FROM members WHERE IssueId IN (SELECT Issue FROM touched)))
GROUP BY issueId
ORDER BY issueId
