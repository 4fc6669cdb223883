-- Issues that a search finds, latest first, behind one of them. Each list holds LIKE patterns: an empty one asks nothing, a
-- positive one is met by any row of the issue, a negative one by none. All texts must be met by one row.
SELECT
    if(m.IssueId != '', m.IssueId, e.Fingerprint) AS fingerprint,
    max(e.Timestamp) AS lastSeen
FROM errata_errors AS e
LEFT JOIN (SELECT Fingerprint, IssueId FROM errata_issue_members WHERE Tenant = {tenant:String}) AS m ON m.Fingerprint = e.Fingerprint
WHERE e.Tenant = {tenant:String} AND e.Timestamp >= {since:DateTime64(9)} AND e.Timestamp < {until:DateTime64(9)}
GROUP BY fingerprint
HAVING (empty({service:Array(String)}) OR max(arrayExists(p -> e.ServiceName ILIKE p, {service:Array(String)})))
    AND NOT max(arrayExists(p -> e.ServiceName ILIKE p, {notService:Array(String)}))
    AND (empty({code:Array(String)}) OR max(arrayExists(p -> e.Code ILIKE p, {code:Array(String)})))
    AND NOT max(arrayExists(p -> e.Code ILIKE p, {notCode:Array(String)}))
    AND (empty({category:Array(String)}) OR max(arrayExists(p -> e.Category ILIKE p, {category:Array(String)})))
    AND NOT max(arrayExists(p -> e.Category ILIKE p, {notCategory:Array(String)}))
    AND (empty({severity:Array(String)}) OR max(arrayExists(p -> e.Severity ILIKE p, {severity:Array(String)})))
    AND NOT max(arrayExists(p -> e.Severity ILIKE p, {notSeverity:Array(String)}))
    AND (empty({type:Array(String)}) OR max(arrayExists(p -> e.ExceptionType ILIKE p, {type:Array(String)})))
    AND NOT max(arrayExists(p -> e.ExceptionType ILIKE p, {notType:Array(String)}))
    AND (empty({release:Array(String)}) OR max(arrayExists(p -> e.Release ILIKE p, {release:Array(String)})))
    AND NOT max(arrayExists(p -> e.Release ILIKE p, {notRelease:Array(String)}))
    AND (empty({env:Array(String)}) OR max(arrayExists(p -> e.Environment ILIKE p, {env:Array(String)})))
    AND NOT max(arrayExists(p -> e.Environment ILIKE p, {notEnv:Array(String)}))
    AND (empty({task:Array(String)}) OR max(arrayExists(p -> e.TaskName ILIKE p, {task:Array(String)})))
    AND NOT max(arrayExists(p -> e.TaskName ILIKE p, {notTask:Array(String)}))
    AND (empty({handled:Array(String)}) OR max(has({handled:Array(String)}, toString(e.Handled))))
    AND (empty({text:Array(String)}) OR max(arrayAll(p -> concat(e.Code, ' ', e.ExceptionType, ': ', e.Message, ' ', e.Template, ' ', e.Body) ILIKE p, {text:Array(String)})))
    AND NOT max(arrayExists(p -> concat(e.Code, ' ', e.ExceptionType, ': ', e.Message, ' ', e.Template, ' ', e.Body) ILIKE p, {notText:Array(String)}))
    AND ({beforeId:String} = '' OR lastSeen < {beforeTime:DateTime64(9)}
        OR lastSeen = {beforeTime:DateTime64(9)} AND fingerprint > {beforeId:String})
ORDER BY lastSeen DESC, fingerprint
LIMIT {limit:UInt32}
