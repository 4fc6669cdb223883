-- Rows that name a subject in any of eight columns (one may be named twice), of a table with a column Tenant: one rewriting of
-- their parts. A matcher such as * has no meaning in a mutation.
ALTER TABLE {table:Identifier}
DELETE WHERE Tenant = {tenant:String}
    AND multiSearchAny(toString(tuple(
        {column0:Identifier},
        {column1:Identifier},
        {column2:Identifier},
        {column3:Identifier},
        {column4:Identifier},
        {column5:Identifier},
        {column6:Identifier},
        {column7:Identifier})), {subject:Array(String)})
SETTINGS mutations_sync = 2
