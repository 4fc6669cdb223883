-- Pairs of issues (a group with what was merged into it) that share traces, and in how many of them the first of the pair failed first. Of a trace only the
-- earliest groups count, so that one trace with everything in it does not make every pair.
SELECT pair.1 AS a, pair.2 AS b, count() AS traces, countIf(pair.3) AS aFirst
FROM
(
    SELECT arrayJoin(arrayFlatten(arrayMap(
        i -> arrayMap(
            j -> if(groups[i].2 < groups[j].2, (groups[i].2, groups[j].2, true), (groups[j].2, groups[i].2, false)),
            range(i + 1, length(groups) + 1)),
        range(1, length(groups))))) AS pair
    FROM
    (
        SELECT groupArraySorted({perTrace:UInt32})((At, Issue)) AS groups
        FROM
        (
            SELECT e.TraceId AS TraceId, if(m.IssueId != '', m.IssueId, e.Fingerprint) AS Issue, min(e.Timestamp) AS At
            FROM errata_errors AS e
            LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
            WHERE e.Tenant = {tenant:String} AND e.TraceId != ''
                AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
            GROUP BY TraceId, Issue
        )
        GROUP BY TraceId
        HAVING length(groups) > 1
    )
)
GROUP BY a, b
HAVING traces >= {support:UInt32}
ORDER BY traces DESC, a, b
LIMIT {limit:UInt32}
