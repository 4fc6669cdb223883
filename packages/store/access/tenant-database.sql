-- Where a tenant finds its tables, under their own names.

CREATE DATABASE IF NOT EXISTS {views:Identifier};
