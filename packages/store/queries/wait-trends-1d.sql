-- Waits for a running computation; fails if it failed.
SYSTEM WAIT VIEW errata_trends_1d_mv
