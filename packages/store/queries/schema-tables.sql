-- Tables and views of this database, as SCHEMA.md lists them.
SELECT
    name,
    engine,
    comment,
    sorting_key AS sortingKey,
    partition_key AS partitionKey,
    create_table_query AS definition
FROM system.tables
WHERE database = currentDatabase() AND (startsWith(name, 'errata_') OR startsWith(name, 'otel_'))
ORDER BY name
