-- Migrations that this database has.
SELECT DISTINCT version, name, sha256
FROM errata_migrations
ORDER BY version
