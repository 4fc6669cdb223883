-- For each table and view. A tenant may not read the tables themselves: ClickHouse's functions mergeTreeIndex,
-- mergeTreeTextIndex and mergeTreeAnalyzeIndexes answer of all rows to whoever may, past every row policy (seen in 26.7).

CREATE OR REPLACE VIEW {views:Identifier}.{table:Identifier} DEFINER = {rowsUser:Identifier} SQL SECURITY DEFINER
    AS SELECT * FROM {database:Identifier}.{table:Identifier}{parameters:Parameters};
