-- Nothing asks for it: what is rare is found by the roll-up, what is not by its number (docs/plans/audit-indexes.md).
DROP INDEX "AuditEvent_organizationId_tool_seq_idx";
