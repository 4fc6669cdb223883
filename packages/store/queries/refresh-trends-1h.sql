-- Computes the closed buckets that have changed, now.
SYSTEM REFRESH VIEW errata_trends_1h_mv
