-- Alerts, the latest first: each from its firing to its end, with what became of its deliveries. `since` bounds those that ended.
SELECT
    AlertId AS id,
    any(a.Rule) AS rule,
    any(a.Kind) AS kind,
    any(a.Subject) AS subject,
    any(a.IssueId) AS issue,
    any(a.ServiceName) AS service,
    any(a.Code) AS code,
    argMax(a.Severity, (a.Timestamp, a.EventId)) AS severity,
    argMaxIf(a.Summary, a.Timestamp, a.Summary != '') AS summary,
    if(countIf(a.Event = 'resolved') > 0, 'resolved', 'firing') AS state,
    toBool(argMaxIf(a.Event, a.Timestamp, a.Event IN ('flapping', 'calm')) = 'flapping') AS flapping,
    min(a.Timestamp) AS firedAt,
    if(countIf(a.Event = 'resolved') > 0, maxIf(a.Timestamp, a.Event = 'resolved'), NULL) AS resolvedAt,
    arrayMap(
        d -> CAST(d, 'Tuple(at DateTime64(3, \'UTC\'), channel String, id String, outcome String, attempts UInt32, detail String)'),
        arraySlice(arraySort(
            d -> d.1,
            groupArrayIf(
                (a.Timestamp, toString(a.Channel), a.DeliveryId, toString(a.Event), a.Attempts, a.Detail),
                a.Event IN ('delivered', 'failed', 'unknown'))), -20)) AS deliveries
FROM errata_alert_events AS a FINAL
WHERE a.Tenant = {tenant:String}
    AND ({rule:String} = '' OR a.Rule = {rule:String})
    AND ({issue:String} = '' OR a.IssueId = {issue:String})
GROUP BY AlertId
HAVING ({state:String} = '' OR state = {state:String})
    AND (state = 'firing' OR resolvedAt >= {since:DateTime64(3)})
ORDER BY firedAt DESC, id
LIMIT {limit:UInt32}
