-- CreateTable
CREATE TABLE "ApprovalMailSetting" (
    "organizationId" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "setBy" TEXT,
    "setAt" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),
    "lastError" TEXT,
    "testTo" TEXT,
    "testWantedAt" TIMESTAMPTZ(3),
    "testedAt" TIMESTAMPTZ(3),
    "testError" TEXT,

    CONSTRAINT "ApprovalMailSetting_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "ApprovalMail" (
    "organizationId" TEXT NOT NULL,
    "approvalId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "problem" TEXT,

    CONSTRAINT "ApprovalMail_pkey" PRIMARY KEY ("organizationId","approvalId","userId")
);

-- CreateIndex
CREATE INDEX "ApprovalMail_userId_at_idx" ON "ApprovalMail"("userId", "at");

-- AddForeignKey
ALTER TABLE "ApprovalMailSetting" ADD CONSTRAINT "ApprovalMailSetting_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApprovalMail" ADD CONSTRAINT "ApprovalMail_organizationId_approvalId_fkey" FOREIGN KEY ("organizationId", "approvalId") REFERENCES "Approval"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── Rights ──────────────────────────────────────────────────────────────────
-- The control plane switches it and asks for a test; the worker sends, and notes what came of it.

GRANT SELECT, INSERT, UPDATE ON "ApprovalMailSetting" TO toolgate_app, toolgate_worker;
GRANT SELECT ON "ApprovalMail" TO toolgate_app;
GRANT SELECT, INSERT ON "ApprovalMail" TO toolgate_worker;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['ApprovalMailSetting', 'ApprovalMail'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING ("organizationId" = current_setting(''toolgate.organization'', true))', name);
    EXECUTE format('CREATE POLICY worker ON %I TO toolgate_worker USING (true)', name);
  END LOOP;
END $$;
