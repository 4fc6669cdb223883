-- Keys of a tenant, the latest first, without their secrets.
SELECT
    k.KeyId AS id,
    argMinIf(k.Name, k.Timestamp, k.Action = 'create') AS name,
    argMinIf(k.Role, k.Timestamp, k.Action = 'create') AS role,
    argMinIf(k.Actor, k.Timestamp, k.Action = 'create') AS createdBy,
    toUnixTimestamp64Milli(toDateTime64(minIf(k.Timestamp, k.Action = 'create'), 3)) AS createdMs,
    toUnixTimestamp64Milli(argMinIf(k.ExpiresAt, k.Timestamp, k.Action = 'create')) AS expiresMs,
    toUnixTimestamp64Milli(toDateTime64(maxIf(k.Timestamp, k.Action = 'revoke'), 3)) AS revokedMs,
    argMaxIf(k.Actor, k.Timestamp, k.Action = 'revoke') AS revokedBy,
    toUnixTimestamp64Milli(toDateTime64(maxIf(k.Timestamp, k.Action = 'use'), 3)) AS usedMs
FROM errata_keys AS k
WHERE k.Tenant = {tenant:String} AND ({id:String} = '' OR k.KeyId = {id:String})
GROUP BY id
HAVING countIf(k.Action = 'create') > 0
ORDER BY createdMs DESC, id
LIMIT {limit:UInt32}
