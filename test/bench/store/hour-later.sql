-- As if an hour had passed since the last error arrived, and nothing had been computed meanwhile: what was, would count as newer
-- than errors that arrived after it.
ALTER TABLE errata_arrivals UPDATE ArrivedAt = ArrivedAt - toIntervalHour(1) WHERE 1 SETTINGS mutations_sync = 2;

TRUNCATE TABLE errata_trends_1h;

TRUNCATE TABLE errata_trends_1d;

TRUNCATE TABLE errata_settled_days
