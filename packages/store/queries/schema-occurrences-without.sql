-- Columns of a view with parameters, which system.columns does not list.
DESCRIBE TABLE (SELECT * FROM errata_occurrences_without(since = toDateTime(0), until = toDateTime(1), without = []::Array(Date), within = []::Array(Date)))
