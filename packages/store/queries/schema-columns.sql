-- Columns of the tables and views of this database, as SCHEMA.md lists them.
SELECT table, name, type, comment
FROM system.columns
WHERE database = currentDatabase()
ORDER BY table, position
