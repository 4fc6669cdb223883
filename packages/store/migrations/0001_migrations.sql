-- Which migrations this database has. Read before anything is done, so it comes first.

CREATE TABLE IF NOT EXISTS errata_migrations
(
    version UInt32 COMMENT 'Number of the migration',
    name String COMMENT 'Name of the migration',
    sha256 String COMMENT 'SHA-256 of its file, hex; another one at the next run is refused',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
)
ENGINE = ReplacingMergeTree
ORDER BY (version, sha256)
COMMENT 'Which migrations of errata this database has';
