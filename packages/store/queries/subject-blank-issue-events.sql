-- What was done to issues stays done; who is named in it is not named any more.
ALTER TABLE errata_issue_events
UPDATE
    Actor = replaceRegexpAll(Actor, {pattern:String}, '[ERASED]'),
    Detail = replaceRegexpAll(Detail, {pattern:String}, '[ERASED]')
WHERE Tenant = {tenant:String} AND (multiSearchAny(Actor, {subject:Array(String)}) OR multiSearchAny(Detail, {subject:Array(String)}))
SETTINGS mutations_sync = 2
