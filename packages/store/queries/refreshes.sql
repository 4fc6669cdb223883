-- State of the views that compute trends.
SELECT
    view,
    toString(status) AS status,
    if(last_success_time IS NULL, '', formatDateTime(last_success_time, '%FT%TZ', 'UTC')) AS lastSuccess,
    exception != '' AS failed
FROM system.view_refreshes
WHERE database = currentDatabase() AND startsWith(view, 'errata_')
ORDER BY view
