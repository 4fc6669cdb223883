-- What writers and administrators of one database need.

-- clickhouseexporter with `create_schema: false` asks for DESCRIBE and INSERT. Views of the insert run as who made them.
GRANT INSERT, SHOW COLUMNS ON {database:Identifier}.otel_logs TO errata_writer;

GRANT INSERT, SHOW COLUMNS ON {database:Identifier}.otel_traces TO errata_writer;

-- The exporter's own view over spans runs as who inserts, unless the exporter's user made it.
GRANT SELECT(TraceId, Timestamp) ON {database:Identifier}.otel_traces TO errata_writer;

GRANT INSERT ON {database:Identifier}.otel_traces_trace_id_ts TO errata_writer;

-- `errata migrate`, `errata serve`, `errata retention`, `errata subject`.
GRANT SHOW, SELECT, INSERT, ALTER, CREATE TABLE, CREATE VIEW, DROP VIEW, OPTIMIZE, SYSTEM VIEWS ON {database:Identifier}.* TO errata_admin;

GRANT SELECT ON system.view_refreshes TO errata_admin;
