-- What was proposed, decided and done stays; who is named in it is not named any more.
ALTER TABLE errata_action_events
UPDATE
    Actor = replaceRegexpAll(Actor, {pattern:String}, '[ERASED]'),
    Detail = replaceRegexpAll(Detail, {pattern:String}, '[ERASED]'),
    Output = replaceRegexpAll(Output, {pattern:String}, '[ERASED]')
WHERE Tenant = {tenant:String} AND (multiSearchAny(Actor, {subject:Array(String)}) OR multiSearchAny(Detail, {subject:Array(String)}) OR multiSearchAny(Output, {subject:Array(String)}))
SETTINGS mutations_sync = 2
