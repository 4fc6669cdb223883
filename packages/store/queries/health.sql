-- Version of the server.
SELECT version() AS version
