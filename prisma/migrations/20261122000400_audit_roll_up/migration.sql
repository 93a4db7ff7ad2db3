-- CreateTable
CREATE TABLE "AuditCombination" (
    "organizationId" TEXT NOT NULL,
    "key" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "decision" TEXT,
    "outcome" TEXT,
    "tool" TEXT,
    "serverId" TEXT,
    "server" TEXT,
    "grantId" TEXT,
    "grant" TEXT,

    CONSTRAINT "AuditCombination_pkey" PRIMARY KEY ("organizationId","key")
);

-- CreateTable
CREATE TABLE "AuditRollUp" (
    "organizationId" TEXT NOT NULL,
    "minutes" INTEGER NOT NULL,
    "bucket" TIMESTAMPTZ(3) NOT NULL,
    "key" UUID NOT NULL,
    "count" INTEGER NOT NULL,
    "firstSeq" BIGINT NOT NULL,
    "lastSeq" BIGINT NOT NULL,

    CONSTRAINT "AuditRollUp_pkey" PRIMARY KEY ("organizationId","minutes","bucket","key")
);

-- CreateIndex
CREATE INDEX "AuditRollUp_organizationId_minutes_key_bucket_idx" ON "AuditRollUp"("organizationId", "minutes", "key", "bucket");

-- CreateTable
CREATE TABLE "AuditSpan" (
    "organizationId" TEXT NOT NULL,
    "bucket" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "firstSeq" BIGINT NOT NULL,
    "lastSeq" BIGINT NOT NULL,

    CONSTRAINT "AuditSpan_pkey" PRIMARY KEY ("organizationId","bucket")
);

-- CreateTable
CREATE TABLE "AuditView" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditView_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "AuditView_organizationId_name_key" ON "AuditView"("organizationId", "name");

-- AddForeignKey
ALTER TABLE "AuditView" ADD CONSTRAINT "AuditView_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── The roll-up of the events ───────────────────────────────────────────────

-- Adds the events of an organization numbered "from" to "to" to its roll-up: how many there were in each quarter of an hour,
-- and in each quarter of a day, of each combination, and between which numbers.
CREATE FUNCTION toolgate_roll_up(organization TEXT, "from" BIGINT, "to" BIGINT) RETURNS VOID
LANGUAGE SQL SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH counted AS (
    SELECT date_bin('15 minutes', e.at, 'epoch') AS bucket, e.kind, e.decision, e.outcome, left(e.tool, 256) AS tool, e."serverId",
      e.server, e."grantId", e.grant, count(*)::INTEGER AS count, min(e.seq) AS first, max(e.seq) AS last
    FROM "AuditEvent" e WHERE e."organizationId" = $1 AND e.seq BETWEEN $2 AND $3
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
  ), keyed AS MATERIALIZED (
    -- A digest that nobody can make collide: names are chosen by callers.
    SELECT c.*, encode(substring(sha256(convert_to(
      ROW(c.kind, c.decision, c.outcome, c.tool, c."serverId", c.server, c."grantId", c.grant)::TEXT, 'UTF8')) FOR 16), 'hex')::UUID AS key
    FROM counted c
  ), combinations AS (
    INSERT INTO "AuditCombination"
    SELECT DISTINCT $1, k.key, k.kind, k.decision, k.outcome, k.tool, k."serverId", k.server, k."grantId", k.grant FROM keyed k
    ON CONFLICT DO NOTHING
  ), spans AS (
    INSERT INTO "AuditSpan" AS s
    SELECT $1, k.bucket, sum(k.count)::INTEGER, min(k.first), max(k.last) FROM keyed k GROUP BY k.bucket
    ON CONFLICT ("organizationId", "bucket") DO UPDATE SET count = s.count + EXCLUDED.count,
      "firstSeq" = LEAST(s."firstSeq", EXCLUDED."firstSeq"), "lastSeq" = GREATEST(s."lastSeq", EXCLUDED."lastSeq")
  )
  INSERT INTO "AuditRollUp" AS r
  SELECT $1, 15, k.bucket, k.key, k.count, k.first, k.last FROM keyed k
  UNION ALL
  SELECT $1, 360, date_bin('6 hours', k.bucket, 'epoch') AS block, k.key, sum(k.count)::INTEGER, min(k.first), max(k.last) FROM keyed k GROUP BY block, k.key
  ON CONFLICT ("organizationId", "minutes", "bucket", "key") DO UPDATE SET count = r.count + EXCLUDED.count,
    "firstSeq" = LEAST(r."firstSeq", EXCLUDED."firstSeq"), "lastSeq" = GREATEST(r."lastSeq", EXCLUDED."lastSeq")
$$;

REVOKE ALL ON FUNCTION toolgate_roll_up(TEXT, BIGINT, BIGINT) FROM PUBLIC;

-- Whoever moves the head of a chain has appended what is rolled up: in the same transaction, when it commits, whatever it did first.
CREATE FUNCTION toolgate_roll_up_appended() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM toolgate_roll_up(NEW."organizationId", CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.seq + 1 END, NEW.seq);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER roll_up AFTER INSERT OR UPDATE OF "seq" ON "AuditChain" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.seq > 0) EXECUTE FUNCTION toolgate_roll_up_appended();

-- What is there already.
SELECT toolgate_roll_up("organizationId", 1, "seq") FROM "AuditChain";

-- What the events are no longer there for is forgotten with them.
CREATE FUNCTION toolgate_forget_roll_up() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM "AuditRollUp" WHERE "bucket" < NEW."droppedBefore";
  DELETE FROM "AuditSpan" WHERE "bucket" < NEW."droppedBefore";
  DELETE FROM "AuditCombination" c
  WHERE NOT EXISTS (SELECT FROM "AuditRollUp" r WHERE r."organizationId" = c."organizationId" AND r."key" = c."key");
  RETURN NULL;
END $$;

CREATE TRIGGER forget_roll_up AFTER INSERT OR UPDATE OF "droppedBefore" ON "AuditInstallation"
  FOR EACH ROW WHEN (NEW."droppedBefore" IS NOT NULL) EXECUTE FUNCTION toolgate_forget_roll_up();

-- ── Rights ──────────────────────────────────────────────────────────────────

GRANT SELECT ON "AuditCombination", "AuditRollUp", "AuditSpan" TO toolgate_app, toolgate_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON "AuditView" TO toolgate_app;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['AuditCombination', 'AuditRollUp', 'AuditSpan', 'AuditView'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING ("organizationId" = current_setting(''toolgate.organization'', true))', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['AuditCombination', 'AuditRollUp', 'AuditSpan'] LOOP
    EXECUTE format('CREATE POLICY worker ON %I FOR SELECT TO toolgate_worker USING (true)', name);
  END LOOP;
END $$;

-- Quick to fill and rarely read twice: many small updates are cleaned up sooner than elsewhere.
ALTER TABLE "AuditRollUp" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
