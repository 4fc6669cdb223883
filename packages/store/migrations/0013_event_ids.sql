-- One occurrence by its id, without reading all of them.

ALTER TABLE errata_errors ADD INDEX IF NOT EXISTS idx_event_id EventId TYPE bloom_filter(0.001) GRANULARITY 1;

-- Also of rows that are there: in the background, answers do not wait for it.
ALTER TABLE errata_errors MATERIALIZE INDEX idx_event_id;
