-- Rows of one table that name a subject, in whatever column; of the store's tenant, as every read is.
SELECT toUInt64(count()) AS rows
FROM {table:Identifier}
WHERE multiSearchAny(toString(tuple(*)), {subject:Array(String)})
