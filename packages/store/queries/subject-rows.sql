-- Rows of one table that name a subject, whole, in an order that stays.
SELECT formatRowNoNewline('JSONEachRow', *) AS row
FROM {table:Identifier}
WHERE multiSearchAny(toString(tuple(*)), {subject:Array(String)})
ORDER BY toString(tuple(*))
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
