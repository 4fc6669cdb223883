-- One tenant: a user that nobody logs in as, who may read its rows; a database of views that run as that user; a role that
-- may read the views and nothing else.

CREATE USER IF NOT EXISTS {rowsUser:Identifier} HOST NONE;

GRANT errata_rows TO {rowsUser:Identifier};

ALTER USER {rowsUser:Identifier} DEFAULT ROLE errata_rows;

CREATE ROLE IF NOT EXISTS {tenantRole:Identifier};

GRANT errata_reader TO {tenantRole:Identifier};

GRANT SELECT ON {views:Identifier}.* TO {tenantRole:Identifier};
