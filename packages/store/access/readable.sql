-- For each table and view that the views of tenants read.

GRANT SELECT ON {database:Identifier}.{table:Identifier} TO errata_rows;
