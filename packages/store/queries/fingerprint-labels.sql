-- What to call groups that have no code: their latest template, else message.
SELECT e.Fingerprint AS fingerprint, argMax(if(e.Template != '', e.Template, e.Message), e.Timestamp) AS label
FROM errata_errors AS e
WHERE e.Tenant = {tenant:String} AND e.Fingerprint IN {fingerprints:Array(String)}
GROUP BY e.Fingerprint
