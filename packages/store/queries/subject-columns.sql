-- Columns of a tenant's tables that hold text: where a pseudonym can stand.
SELECT table, groupArray(name) AS columns
FROM
(
    SELECT table, name
    FROM system.columns
    WHERE database = currentDatabase()
        AND table IN {tables:Array(String)}
        AND position(type, 'String') > 0
        AND default_kind NOT IN ('MATERIALIZED', 'ALIAS')
    ORDER BY table, position
)
GROUP BY table
ORDER BY table
