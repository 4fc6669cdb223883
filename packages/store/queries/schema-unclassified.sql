-- Columns of a view with parameters, which system.columns does not list.
DESCRIBE TABLE (SELECT * FROM errata_unclassified(since = toDateTime(0), until = toDateTime(1)))
