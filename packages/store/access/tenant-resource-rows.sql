-- For each table whose tenant is an attribute of the resource.

CREATE ROW POLICY OR REPLACE {rowsUser:Identifier} ON {database:Identifier}.{table:Identifier}
    USING ResourceAttributes['errata.tenant'] = {tenant:String} TO {rowsUser:Identifier};
