-- CreateEnum
CREATE TYPE "AuditSinkKind" AS ENUM ('webhook', 'syslog', 'otlp', 'splunk');

-- AlterTable
ALTER TABLE "Server" ADD COLUMN "captureArguments" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "AuditChain" ADD COLUMN "signedSeq" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "signBy" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "AuditCheckpoint" (
    "organizationId" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "keyId" TEXT NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "AuditCheckpoint_pkey" PRIMARY KEY ("organizationId","seq")
);

-- CreateTable
CREATE TABLE "AuditSigningKey" (
    "id" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "firstUsedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditSigningKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditInstallation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "keyId" TEXT,
    "retentionMonths" INTEGER,
    "droppedBefore" TIMESTAMPTZ(3),

    CONSTRAINT "AuditInstallation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditCapture" (
    "organizationId" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "ciphertext" BYTEA NOT NULL,

    CONSTRAINT "AuditCapture_pkey" PRIMARY KEY ("organizationId","eventId")
);

-- CreateTable
CREATE TABLE "AuditSink" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "AuditSinkKind" NOT NULL,
    "url" TEXT NOT NULL,
    "headerName" TEXT,
    "ciphertext" BYTEA,
    "keyVersion" INTEGER,
    "hint" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "pausedAt" TIMESTAMPTZ(3),
    "deliveredSeq" BIGINT NOT NULL,
    "deliveredAt" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "lastError" TEXT,
    "lastErrorAt" TIMESTAMPTZ(3),
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leasedUntil" TIMESTAMPTZ(3),
    "testWantedAt" TIMESTAMPTZ(3),
    "testedAt" TIMESTAMPTZ(3),
    "testError" TEXT,

    CONSTRAINT "AuditSink_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "AuditChain_signBy_idx" ON "AuditChain"("signBy");

-- CreateIndex
CREATE INDEX "AuditCapture_at_idx" ON "AuditCapture"("at");

-- AddForeignKey
ALTER TABLE "AuditSink" ADD CONSTRAINT "AuditSink_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── Rights ──────────────────────────────────────────────────────────────────

GRANT SELECT ON "AuditCheckpoint", "AuditSigningKey", "AuditInstallation", "AuditCapture" TO toolgate_app, toolgate_worker;
GRANT INSERT ON "AuditCheckpoint", "AuditSigningKey", "AuditCapture" TO toolgate_worker;
GRANT INSERT, UPDATE ON "AuditInstallation" TO toolgate_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON "AuditSink" TO toolgate_app;
GRANT SELECT, UPDATE ON "AuditSink" TO toolgate_worker;
-- What waits to be drained is history already: the application adds to it, only the worker takes it.
REVOKE UPDATE, DELETE, TRUNCATE ON "AuditRecord", "AuditIntent" FROM toolgate_app;
REVOKE UPDATE, TRUNCATE ON "AuditRecord" FROM toolgate_worker;
REVOKE DELETE, TRUNCATE ON "AuditChain", "AuditIntent" FROM toolgate_worker;
GRANT DELETE ON "AuditIntent" TO toolgate_worker;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['AuditCheckpoint', 'AuditCapture', 'AuditSink'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING ("organizationId" = current_setting(''toolgate.organization'', true))', name);
    EXECUTE format('CREATE POLICY worker ON %I TO toolgate_worker USING (true)', name);
  END LOOP;
END $$;

-- A forwarded event is told of when it is stored; a sink that was made, resumed or is to be tested, at once.
CREATE FUNCTION toolgate_tell_sinks() RETURNS TRIGGER LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('toolgate_sinks', NEW."organizationId");
  RETURN NULL;
END $$;

CREATE TRIGGER tell_sinks AFTER INSERT OR UPDATE OF "url", "pausedAt", "testWantedAt", "ciphertext" ON "AuditSink"
  FOR EACH ROW EXECUTE FUNCTION toolgate_tell_sinks();

-- ── Partitions ──────────────────────────────────────────────────────────────

-- As before; besides, events of the month that lie in "AuditEvent_other" (a clock was ahead) move into its partition.
CREATE OR REPLACE FUNCTION toolgate_make_audit_partitions(moment TIMESTAMPTZ) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first TIMESTAMPTZ;
  next TIMESTAMPTZ;
  part TEXT;
BEGIN
  FOR i IN 0..2 LOOP
    first := (date_trunc('month', moment AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
    next := ((first AT TIME ZONE 'UTC') + INTERVAL '1 month') AT TIME ZONE 'UTC';
    part := 'AuditEvent_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
    CONTINUE WHEN to_regclass(format('public.%I', part)) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE "AuditEvent" INCLUDING ALL)', part);
    EXECUTE format('WITH moved AS (DELETE FROM "AuditEvent_other" WHERE "at" >= %L AND "at" < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
      first, next, part);
    EXECUTE format('ALTER TABLE "AuditEvent" ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, first, next);
  END LOOP;
END $$;

-- ── Retention ───────────────────────────────────────────────────────────────

-- Drops the months before "before", which is the first moment of a month (UTC) at least one whole month ago. Every organization that
-- loses events by it gets an event that says which: ranges of numbers, each with the hash before it and the hash at its end, so that the
-- rest of the chain still verifies. Those events are written here: nobody can drop without them. Gives how many events were dropped.
CREATE FUNCTION toolgate_drop_audit(before TIMESTAMPTZ, months INTEGER) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
  part TEXT;
  total BIGINT;
BEGIN
  IF before <> date_trunc('month', before AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
     OR before > (date_trunc('month', now() AT TIME ZONE 'UTC') - INTERVAL '1 month') AT TIME ZONE 'UTC' THEN
    RAISE EXCEPTION 'Only whole months, at least one month old, may be dropped.';
  END IF;
  -- The drain's lock: nothing is added meanwhile.
  PERFORM pg_advisory_xact_lock(8391620114235002);
  CREATE TEMPORARY TABLE dropped ON COMMIT DROP AS
    WITH numbered AS (
      SELECT e."organizationId" AS organization, e.seq, e."prevHash", e.hash,
        e.seq - row_number() OVER (PARTITION BY e."organizationId" ORDER BY e.seq) AS island
      FROM "AuditEvent" e WHERE e.at < before
    ), islands AS (
      SELECT organization, min(seq) AS first, max(seq) AS last FROM numbered GROUP BY organization, island
    )
    SELECT i.organization, i.first, i.last, f."prevHash" AS "hashBefore", l.hash AS "hashAt",
      (row_number() OVER (PARTITION BY i.organization ORDER BY i.first) - 1) / 500 AS chunk
    FROM islands i
    JOIN numbered f ON f.organization = i.organization AND f.seq = i.first
    JOIN numbered l ON l.organization = i.organization AND l.seq = i.last;
  SELECT COALESCE(sum(d.last - d.first + 1), 0) INTO total FROM dropped d;
  INSERT INTO "AuditRecord" ("organizationId", "record")
  SELECT c.organization, jsonb_build_object('type', 'event', 'facts', jsonb_build_object(
      'id', gen_random_uuid()::TEXT, 'organizationId', c.organization,
      'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'kind', 'change',
      'decision', NULL, 'outcome', NULL, 'code', NULL, 'method', NULL, 'tool', NULL, 'serverId', NULL, 'server', NULL, 'grantId', NULL,
      'grant', NULL, 'client', NULL, 'message', NULL, 'rule', NULL, 'policyId', NULL, 'policyVersion', NULL, 'latencyMs', NULL,
      'requestId', NULL, 'actor', 'Retention', 'action', 'audit.retention',
      'detail', jsonb_build_object(
        'target', jsonb_build_object('kind', 'organization', 'id', c.organization, 'name', COALESCE(o.slug, c.organization)),
        'before', jsonb_build_object('events', c.events),
        'after', jsonb_build_object('events', 0, 'months', months,
          'before', to_char(before AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'dropped', c.ranges))))
  FROM (
    SELECT d.organization, d.chunk, sum(d.last - d.first + 1)::BIGINT AS events,
      jsonb_agg(jsonb_build_object('from', d.first, 'to', d.last, 'hashBefore', d."hashBefore", 'hash', d."hashAt") ORDER BY d.first) AS ranges
    FROM dropped d GROUP BY d.organization, d.chunk
  ) c LEFT JOIN "Organization" o ON o.id = c.organization
  ORDER BY c.organization, c.chunk;
  FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '"AuditEvent"'::REGCLASS AND c.relname ~ '^AuditEvent_\d{4}_\d{2}$'
      AND c.relname < 'AuditEvent_' || to_char(before AT TIME ZONE 'UTC', 'YYYY_MM') LOOP
    EXECUTE format('DROP TABLE %I', part);
  END LOOP;
  DELETE FROM "AuditEvent_other" WHERE "at" < before;
  DELETE FROM "AuditCapture" WHERE "at" < before;
  DROP TABLE dropped;
  RETURN total;
END $$;

REVOKE ALL ON FUNCTION toolgate_drop_audit(TIMESTAMPTZ, INTEGER) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION toolgate_drop_audit(TIMESTAMPTZ, INTEGER) TO toolgate_worker;
