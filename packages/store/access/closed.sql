-- For each table with a tenant: who reads for tenants sees no row until a policy of a tenant opens some, and nobody else
-- loses any.

CREATE ROW POLICY OR REPLACE errata_closed ON {database:Identifier}.{table:Identifier} USING 0 TO errata_rows;

CREATE ROW POLICY OR REPLACE errata_others ON {database:Identifier}.{table:Identifier} USING 1 TO ALL EXCEPT errata_rows;
