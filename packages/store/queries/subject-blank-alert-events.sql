-- That an alert fired stays; who is named in it is not named any more.
ALTER TABLE errata_alert_events
UPDATE
    Summary = replaceRegexpAll(Summary, {pattern:String}, '[ERASED]'),
    Detail = replaceRegexpAll(Detail, {pattern:String}, '[ERASED]')
WHERE Tenant = {tenant:String} AND (multiSearchAny(Summary, {subject:Array(String)}) OR multiSearchAny(Detail, {subject:Array(String)}))
SETTINGS mutations_sync = 2
