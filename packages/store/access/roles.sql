-- Roles and their limits, once per server. Every statement of this folder may run again.

CREATE ROLE IF NOT EXISTS errata_reader;

CREATE ROLE IF NOT EXISTS errata_rows;

CREATE ROLE IF NOT EXISTS errata_writer;

CREATE ROLE IF NOT EXISTS errata_admin;

CREATE SETTINGS PROFILE OR REPLACE errata_reader SETTINGS {readerSettings:Settings} TO errata_reader;

CREATE SETTINGS PROFILE OR REPLACE errata_writer SETTINGS {writerSettings:Settings} TO errata_writer;

-- A day's work of a dashboard that asks every ten seconds, and some: what a loop that runs away is stopped by.
CREATE QUOTA OR REPLACE errata_reader KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 20000, read_rows = 100000000000, execution_time = 7200
    TO errata_reader;
