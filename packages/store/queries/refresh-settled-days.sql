-- Computes the closed buckets that have changed, now.
SYSTEM REFRESH VIEW errata_settled_days_mv
