-- Waits for a running computation; fails if it failed.
SYSTEM WAIT VIEW errata_settled_days_mv
