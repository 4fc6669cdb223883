-- Which groups belong to another issue now: the latest row of errata_issue_map, where it does not name the group itself (a
-- split maps a group back to itself).

CREATE VIEW IF NOT EXISTS errata_issue_members
(
    Tenant LowCardinality(String) COMMENT 'Tenant',
    Fingerprint String COMMENT 'Group that was merged into another issue',
    IssueId String COMMENT 'Issue it belongs to: the fingerprint of the group it was merged into'
)
AS SELECT m.Tenant AS Tenant, m.Fingerprint AS Fingerprint, argMax(m.IssueId, m.Timestamp) AS IssueId
FROM errata_issue_map AS m
GROUP BY m.Tenant, m.Fingerprint
HAVING IssueId != Fingerprint
COMMENT 'Groups that were merged into another issue and not split off since';
