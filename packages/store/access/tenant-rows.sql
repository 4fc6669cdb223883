-- For each table with a column Tenant.

CREATE ROW POLICY OR REPLACE {rowsUser:Identifier} ON {database:Identifier}.{table:Identifier}
    USING Tenant = {tenant:String} TO {rowsUser:Identifier};
