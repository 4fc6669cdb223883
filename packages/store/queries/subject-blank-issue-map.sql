-- A merge stays made; who made it is not named any more.
ALTER TABLE errata_issue_map
UPDATE Actor = replaceRegexpAll(Actor, {pattern:String}, '[ERASED]')
WHERE Tenant = {tenant:String} AND multiSearchAny(Actor, {subject:Array(String)})
SETTINGS mutations_sync = 2
