-- CreateTable
CREATE TABLE "PolicyTest" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "call" JSONB NOT NULL,
    "expected" JSONB NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PolicyTest_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "PolicySchedule" (
    "organizationId" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,
    "shadowVersion" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PolicySchedule_pkey" PRIMARY KEY ("organizationId","policyId")
);

-- CreateIndex
CREATE INDEX "PolicyTest_organizationId_policyId_idx" ON "PolicyTest"("organizationId", "policyId");

-- CreateIndex
CREATE UNIQUE INDEX "PolicyTest_organizationId_policyId_name_key" ON "PolicyTest"("organizationId", "policyId", "name");

-- CreateIndex
CREATE INDEX "PolicySchedule_at_idx" ON "PolicySchedule"("at");

-- AddForeignKey
ALTER TABLE "PolicyTest" ADD CONSTRAINT "PolicyTest_organizationId_policyId_fkey" FOREIGN KEY ("organizationId", "policyId") REFERENCES "Policy"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PolicySchedule" ADD CONSTRAINT "PolicySchedule_organizationId_policyId_fkey" FOREIGN KEY ("organizationId", "policyId") REFERENCES "Policy"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── Rights ──────────────────────────────────────────────────────────────────

GRANT SELECT, INSERT, DELETE ON "PolicyTest", "PolicySchedule" TO toolgate_app;
-- The worker ends shadow periods: it runs the tests, publishes, and takes the schedule away.
GRANT SELECT ON "PolicyTest" TO toolgate_worker;
GRANT SELECT, DELETE ON "PolicySchedule" TO toolgate_worker;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['PolicyTest', 'PolicySchedule'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING ("organizationId" = current_setting(''toolgate.organization'', true))', name);
    EXECUTE format('CREATE POLICY worker ON %I TO toolgate_worker USING (true)', name);
  END LOOP;
END $$;
