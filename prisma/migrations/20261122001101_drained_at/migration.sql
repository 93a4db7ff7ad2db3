-- When the worker last found the audit log written to its end, or was writing it: what is older is shown as behind.
ALTER TABLE "AuditInstallation" ADD COLUMN "drainedAt" TIMESTAMPTZ(3);
