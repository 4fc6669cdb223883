-- Groups to ask for, frequent and rare ones alike.
SELECT Fingerprint AS fingerprint FROM errata_errors WHERE Tenant = '' GROUP BY Fingerprint ORDER BY cityHash64(Fingerprint) LIMIT {limit:UInt32}
