-- Waits for a running computation; fails if it failed.
SYSTEM WAIT VIEW errata_trends_1h_mv
