-- What callers of a tenant changed, and who was refused, the latest first, behind one entry. Empty strings filter nothing.
SELECT
    a.Timestamp AS timestamp,
    a.EntryId AS id,
    any(a.Actor) AS actor,
    any(a.Operation) AS operation,
    argMax(a.Subject, a.Step) AS subject,
    argMax(a.Outcome, a.Step) AS outcome,
    any(a.Address) AS address,
    max(a.Count) AS count
FROM errata_audit AS a
WHERE a.Tenant = {tenant:String} AND a.Timestamp >= {since:DateTime64(9)}
    AND ({actor:String} = '' OR a.Actor = {actor:String})
    AND ({operation:String} = '' OR a.Operation = {operation:String})
    AND ({beforeId:String} = '' OR a.Timestamp < {beforeTime:DateTime64(9)}
        OR a.Timestamp = {beforeTime:DateTime64(9)} AND a.EntryId > {beforeId:String})
GROUP BY timestamp, id
ORDER BY timestamp DESC, id
LIMIT {limit:UInt32}
