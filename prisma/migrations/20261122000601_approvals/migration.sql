-- CreateEnum
CREATE TYPE "ApprovalState" AS ENUM ('pending', 'approved', 'denied', 'expired', 'used');

-- CreateEnum
CREATE TYPE "ApprovalMode" AS ENUM ('once', 'fifteenMinutes');

-- AlterTable
ALTER TABLE "Organization" ADD COLUMN "pausedBy" TEXT, ADD COLUMN "pauseReason" TEXT;

-- AlterTable
ALTER TABLE "Server" ADD COLUMN "pausedBy" TEXT, ADD COLUMN "pauseReason" TEXT;

-- AlterTable
ALTER TABLE "Grant" ADD COLUMN "createdById" TEXT, ADD COLUMN "pausedBy" TEXT, ADD COLUMN "pauseReason" TEXT;

-- CreateTable
CREATE TABLE "Approval" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "grantId" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,
    "policyVersion" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "client" TEXT,
    "callHash" BYTEA NOT NULL,
    "pendingHash" BYTEA,
    "ciphertext" BYTEA NOT NULL,
    "keyVersion" INTEGER NOT NULL,
    "requiredApprovals" INTEGER NOT NULL,
    "requesterExcluded" BOOLEAN NOT NULL,
    "state" "ApprovalState" NOT NULL DEFAULT 'pending',
    "mode" "ApprovalMode",
    "asked" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "decidedAt" TIMESTAMPTZ(3),
    "decidedBy" TEXT,
    "decidedById" TEXT,
    "reason" TEXT,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "usedAt" TIMESTAMPTZ(3),
    "usedBy" TEXT,
    "expiryJobFor" TIMESTAMPTZ(3),
    "notifiedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ApprovalVote" (
    "organizationId" TEXT NOT NULL,
    "approvalId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "mode" "ApprovalMode" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApprovalVote_pkey" PRIMARY KEY ("organizationId","approvalId","userId")
);

-- CreateTable
CREATE TABLE "ApprovalWebhook" (
    "organizationId" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "keyVersion" INTEGER NOT NULL,
    "hint" TEXT NOT NULL,
    "setBy" TEXT NOT NULL,
    "setAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deliveredAt" TIMESTAMPTZ(3),
    "lastError" TEXT,

    CONSTRAINT "ApprovalWebhook_pkey" PRIMARY KEY ("organizationId")
);

-- CreateIndex
CREATE INDEX "Approval_organizationId_callHash_idx" ON "Approval"("organizationId", "callHash");

-- CreateIndex
CREATE INDEX "Approval_organizationId_state_expiresAt_idx" ON "Approval"("organizationId", "state", "expiresAt");

-- CreateIndex
CREATE INDEX "Approval_organizationId_grantId_tool_idx" ON "Approval"("organizationId", "grantId", "tool");

-- CreateIndex
CREATE UNIQUE INDEX "Approval_organizationId_pendingHash_key" ON "Approval"("organizationId", "pendingHash");

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_organizationId_grantId_fkey" FOREIGN KEY ("organizationId", "grantId") REFERENCES "Grant"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_organizationId_serverId_fkey" FOREIGN KEY ("organizationId", "serverId") REFERENCES "Server"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApprovalVote" ADD CONSTRAINT "ApprovalVote_organizationId_approvalId_fkey" FOREIGN KEY ("organizationId", "approvalId") REFERENCES "Approval"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApprovalWebhook" ADD CONSTRAINT "ApprovalWebhook_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── Rights ──────────────────────────────────────────────────────────────────
-- What was asked, and who said yes, stays: neither role deletes, and a vote is never changed.

GRANT SELECT, INSERT, UPDATE ON "Approval" TO toolgate_app;
GRANT SELECT, INSERT ON "ApprovalVote" TO toolgate_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "ApprovalWebhook" TO toolgate_app;
GRANT SELECT, UPDATE ON "Approval" TO toolgate_worker;
GRANT SELECT ON "ApprovalVote" TO toolgate_worker;
GRANT SELECT, UPDATE ON "ApprovalWebhook" TO toolgate_worker;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['Approval', 'ApprovalVote', 'ApprovalWebhook'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING ("organizationId" = current_setting(''toolgate.organization'', true))', name);
    EXECUTE format('CREATE POLICY worker ON %I TO toolgate_worker USING (true)', name);
  END LOOP;
END $$;

-- Callers who are held, inboxes that are open and the worker are told at once: "{organization} {approval} {state}".
CREATE FUNCTION toolgate_tell_approvals() RETURNS TRIGGER LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('toolgate_approvals', NEW."organizationId" || ' ' || NEW."id" || ' ' || NEW."state");
  RETURN NULL;
END $$;

CREATE TRIGGER tell_approvals AFTER INSERT OR UPDATE OF "state", "asked" ON "Approval"
  FOR EACH ROW EXECUTE FUNCTION toolgate_tell_approvals();
CREATE FUNCTION toolgate_tell_votes() RETURNS TRIGGER LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('toolgate_approvals', NEW."organizationId" || ' ' || NEW."approvalId" || ' pending');
  RETURN NULL;
END $$;

CREATE TRIGGER tell_votes AFTER INSERT ON "ApprovalVote" FOR EACH ROW EXECUTE FUNCTION toolgate_tell_votes();
