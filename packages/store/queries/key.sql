-- One key of any tenant, by its id: who calls is not known before.
SELECT
    k.KeyId AS id,
    any(k.Tenant) AS tenant,
    argMinIf(k.Role, k.Timestamp, k.Action = 'create') AS role,
    argMinIf(k.SecretSha256, k.Timestamp, k.Action = 'create') AS secretSha256,
    toUnixTimestamp64Milli(argMinIf(k.ExpiresAt, k.Timestamp, k.Action = 'create')) AS expiresMs,
    countIf(k.Action = 'revoke') > 0 AS revoked,
    toUnixTimestamp64Milli(toDateTime64(maxIf(k.Timestamp, k.Action = 'use'), 3)) AS usedMs
FROM errata_keys AS k
WHERE k.KeyId = {id:String}
GROUP BY id
HAVING countIf(k.Action = 'create') > 0
