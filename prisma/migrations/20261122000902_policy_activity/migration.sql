-- CreateTable
CREATE TABLE "PolicyActivity" (
    "organizationId" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,
    "bucket" TIMESTAMPTZ(3) NOT NULL,
    "key" UUID NOT NULL,
    "version" INTEGER,
    "tool" TEXT,
    "rule" TEXT,
    "shadowVersion" INTEGER,
    "shadowEffect" TEXT,
    "shadowRule" TEXT,
    "passed" BOOLEAN NOT NULL,
    "count" INTEGER NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PolicyActivity_pkey" PRIMARY KEY ("organizationId","policyId","bucket","key")
);

-- Adds the calls among the events of an organization numbered "from" to "to" to what is known of its policies.
CREATE FUNCTION toolgate_roll_up_policies(organization TEXT, "from" BIGINT, "to" BIGINT) RETURNS VOID
LANGUAGE SQL SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH calls AS (
    SELECT e."policyId" AS policy, date_bin('6 hours', e.at, 'epoch') AS bucket, e."policyVersion" AS version,
      -- Of a call that did not pass, the tool is whatever the caller said.
      CASE WHEN e.decision IN ('allowed', 'approved') THEN left(e.tool, 256) END AS tool,
      e.rule, (e.detail->'shadow'->>'version')::INTEGER AS "shadowVersion", e.detail->'shadow'->>'effect' AS "shadowEffect",
      e.detail->'shadow'->>'rule' AS "shadowRule", COALESCE(e.decision IN ('allowed', 'approved'), FALSE) AS passed, e.at
    FROM "AuditEvent" e
    WHERE e."organizationId" = $1 AND e.seq BETWEEN $2 AND $3 AND e.kind = 'call' AND e."policyId" IS NOT NULL
  ), counted AS (
    SELECT policy, bucket, version, tool, rule, "shadowVersion", "shadowEffect", "shadowRule", passed, count(*)::INTEGER AS count, max(at) AS last
    FROM calls GROUP BY policy, bucket, version, tool, rule, "shadowVersion", "shadowEffect", "shadowRule", passed
  )
  INSERT INTO "PolicyActivity" AS a
  SELECT $1, c.policy, c.bucket,
    -- A digest that nobody can make collide: names are chosen by callers.
    encode(substring(sha256(convert_to(
      ROW(c.version, c.tool, c.rule, c."shadowVersion", c."shadowEffect", c."shadowRule", c.passed)::TEXT, 'UTF8')) FOR 16), 'hex')::UUID,
    c.version, c.tool, c.rule, c."shadowVersion", c."shadowEffect", c."shadowRule", c.passed, c.count, c.last
  FROM counted c
  ON CONFLICT ("organizationId", "policyId", "bucket", "key") DO UPDATE SET count = a.count + EXCLUDED.count,
    "lastAt" = GREATEST(a."lastAt", EXCLUDED."lastAt")
$$;

REVOKE ALL ON FUNCTION toolgate_roll_up_policies(TEXT, BIGINT, BIGINT) FROM PUBLIC;

-- As with toolgate_roll_up: whoever moves the head of a chain has appended what is rolled up.
CREATE FUNCTION toolgate_roll_up_policies_appended() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM toolgate_roll_up_policies(NEW."organizationId", CASE TG_OP WHEN 'INSERT' THEN 1 ELSE OLD.seq + 1 END, NEW.seq);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER roll_up_policies AFTER INSERT OR UPDATE OF "seq" ON "AuditChain" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.seq > 0) EXECUTE FUNCTION toolgate_roll_up_policies_appended();

-- What is there already.
SELECT toolgate_roll_up_policies("organizationId", 1, "seq") FROM "AuditChain";

-- What the events are no longer there for is forgotten with them.
CREATE FUNCTION toolgate_forget_policy_activity() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM "PolicyActivity" WHERE "bucket" < NEW."droppedBefore";
  RETURN NULL;
END $$;

CREATE TRIGGER forget_policy_activity AFTER INSERT OR UPDATE OF "droppedBefore" ON "AuditInstallation"
  FOR EACH ROW WHEN (NEW."droppedBefore" IS NOT NULL) EXECUTE FUNCTION toolgate_forget_policy_activity();

-- ── Rights ──────────────────────────────────────────────────────────────────

GRANT SELECT ON "PolicyActivity" TO toolgate_app, toolgate_worker;
ALTER TABLE "PolicyActivity" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "PolicyActivity" USING ("organizationId" = current_setting('toolgate.organization', true));
CREATE POLICY worker ON "PolicyActivity" FOR SELECT TO toolgate_worker USING (true);
