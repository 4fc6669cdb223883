-- Rows of one table that name a subject in one column.
SELECT toUInt64(count()) AS rows
FROM {table:Identifier}
WHERE multiSearchAny(toString({column:Identifier}), {subject:Array(String)})
