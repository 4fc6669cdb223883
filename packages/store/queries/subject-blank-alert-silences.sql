-- A silence holds on; who is named in it is not named any more.
ALTER TABLE errata_alert_silences
UPDATE
    Actor = replaceRegexpAll(Actor, {pattern:String}, '[ERASED]'),
    Comment = replaceRegexpAll(Comment, {pattern:String}, '[ERASED]')
WHERE Tenant = {tenant:String} AND (multiSearchAny(Actor, {subject:Array(String)}) OR multiSearchAny(Comment, {subject:Array(String)}))
SETTINGS mutations_sync = 2
