-- How many keys of any tenant may still be used: without one, serving beyond this machine would let nobody in.
SELECT count() AS keys
FROM
(
    SELECT k.KeyId
    FROM errata_keys AS k
    GROUP BY k.KeyId
    HAVING countIf(k.Action = 'create' AND k.ExpiresAt > now64(3)) > 0 AND countIf(k.Action = 'revoke') = 0
)
