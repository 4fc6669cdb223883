-- As if an hour had passed since the last error arrived.
ALTER TABLE errata_arrivals UPDATE ArrivedAt = ArrivedAt - toIntervalHour(1) WHERE 1 SETTINGS mutations_sync = 2
