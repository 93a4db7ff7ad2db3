-- CreateEnum
CREATE TYPE "Role" AS ENUM ('owner', 'admin', 'policy_manager', 'viewer');

-- CreateEnum
CREATE TYPE "ServerTransport" AS ENUM ('http', 'managed');

-- CreateEnum
CREATE TYPE "ServerAuth" AS ENUM ('none', 'headers');

-- CreateEnum
CREATE TYPE "ServerStatus" AS ENUM ('discovering', 'ready', 'failing');

-- CreateEnum
CREATE TYPE "ToolCategory" AS ENUM ('Read', 'Write', 'Execute', 'Destructive', 'Financial');

-- CreateEnum
CREATE TYPE "ToolRisk" AS ENUM ('Low', 'Medium', 'High', 'Critical');

-- CreateEnum
CREATE TYPE "ToolState" AS ENUM ('active', 'quarantined', 'removed');

-- CreateEnum
CREATE TYPE "ToolChangeKind" AS ENUM ('added', 'changed', 'removed');

-- CreateEnum
CREATE TYPE "GrantKind" AS ENUM ('person', 'agent', 'ci');

-- CreateTable
CREATE TABLE "Organization" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL DEFAULT 1,
    "publishedEpoch" INTEGER NOT NULL DEFAULT 0,
    "pausedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT,
    "sessionsValidFrom" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "UserIdentity" (
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UserIdentity_pkey" PRIMARY KEY ("provider","providerAccountId")
);

-- CreateTable
CREATE TABLE "Membership" (
    "organizationId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("organizationId","userId")
);

-- CreateTable
CREATE TABLE "AttemptCounter" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AttemptCounter_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "OrganizationKey" (
    "organizationId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "ringKeyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OrganizationKey_pkey" PRIMARY KEY ("organizationId","version")
);

-- CreateTable
CREATE TABLE "Server" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "transport" "ServerTransport" NOT NULL,
    "url" TEXT,
    "managed" TEXT,
    "auth" "ServerAuth" NOT NULL DEFAULT 'none',
    "status" "ServerStatus" NOT NULL DEFAULT 'discovering',
    "failure" JSONB,
    "serverInfo" JSONB,
    "protocolVersion" TEXT,
    "pausedAt" TIMESTAMPTZ(3),
    "discoveredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Server_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ServerSecret" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "keyVersion" INTEGER NOT NULL,
    "hint" TEXT NOT NULL,
    "setBy" TEXT NOT NULL,
    "setAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ServerSecret_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Tool" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "inputSchema" JSONB NOT NULL,
    "outputSchema" JSONB,
    "annotations" JSONB,
    "category" "ToolCategory" NOT NULL,
    "risk" "ToolRisk" NOT NULL,
    "evidence" JSONB NOT NULL,
    "categoryOverride" "ToolCategory",
    "hash" TEXT NOT NULL,
    "state" "ToolState" NOT NULL DEFAULT 'active',
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Tool_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ToolChange" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "toolId" TEXT NOT NULL,
    "kind" "ToolChangeKind" NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reviewedAt" TIMESTAMPTZ(3),
    "reviewedBy" TEXT,

    CONSTRAINT "ToolChange_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Policy" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "currentVersion" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Policy_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "PolicyVersion" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "authorId" TEXT,
    "authorName" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PolicyVersion_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Grant" (
    "organizationId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "kind" "GrantKind" NOT NULL DEFAULT 'agent',
    "tokenHash" BYTEA NOT NULL,
    "tokenPrefix" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "pausedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "lastClient" TEXT,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "GrantServer" (
    "organizationId" TEXT NOT NULL,
    "grantId" TEXT NOT NULL,
    "serverId" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,

    CONSTRAINT "GrantServer_pkey" PRIMARY KEY ("organizationId","grantId","serverId")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "organizationId" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "decision" TEXT,
    "outcome" TEXT,
    "code" TEXT,
    "method" TEXT,
    "tool" TEXT,
    "serverId" TEXT,
    "server" TEXT,
    "grantId" TEXT,
    "grant" TEXT,
    "client" TEXT,
    "message" TEXT,
    "rule" TEXT,
    "policyId" TEXT,
    "policyVersion" INTEGER,
    "latencyMs" INTEGER,
    "requestId" TEXT,
    "actor" TEXT,
    "action" TEXT,
    "detail" JSONB NOT NULL,
    "prevHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("organizationId","seq","at")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "AuditChain" (
    "organizationId" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditChain_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "AuditRecord" (
    "id" BIGSERIAL NOT NULL,
    "organizationId" TEXT NOT NULL,
    "record" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditRecord_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditIntent" (
    "organizationId" TEXT NOT NULL,
    "callId" TEXT NOT NULL,
    "gatewayId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "record" JSONB NOT NULL,

    CONSTRAINT "AuditIntent_pkey" PRIMARY KEY ("organizationId","callId")
);

-- CreateTable
CREATE TABLE "AuditCursor" (
    "shard" INTEGER NOT NULL,
    "lastId" TEXT NOT NULL,

    CONSTRAINT "AuditCursor_pkey" PRIMARY KEY ("shard")
);

-- CreateTable
CREATE TABLE "GatewayProcess" (
    "id" TEXT NOT NULL,
    "ledger" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GatewayProcess_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Organization_slug_key" ON "Organization"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "UserIdentity_userId_idx" ON "UserIdentity"("userId");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Server_organizationId_slug_key" ON "Server"("organizationId", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "ServerSecret_organizationId_serverId_name_key" ON "ServerSecret"("organizationId", "serverId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Tool_organizationId_serverId_name_key" ON "Tool"("organizationId", "serverId", "name");

-- CreateIndex
CREATE INDEX "ToolChange_organizationId_toolId_idx" ON "ToolChange"("organizationId", "toolId");

-- CreateIndex
CREATE UNIQUE INDEX "Policy_organizationId_slug_key" ON "Policy"("organizationId", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "PolicyVersion_organizationId_policyId_number_key" ON "PolicyVersion"("organizationId", "policyId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_tokenHash_key" ON "Grant"("tokenHash");

-- CreateIndex
CREATE INDEX "Grant_organizationId_label_idx" ON "Grant"("organizationId", "label");

-- CreateIndex
CREATE INDEX "GrantServer_organizationId_serverId_idx" ON "GrantServer"("organizationId", "serverId");

-- CreateIndex
CREATE INDEX "GrantServer_organizationId_policyId_idx" ON "GrantServer"("organizationId", "policyId");

-- CreateIndex
CREATE INDEX "AuditEvent_organizationId_id_idx" ON "AuditEvent"("organizationId", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_organizationId_at_seq_idx" ON "AuditEvent"("organizationId", "at" DESC, "seq" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_organizationId_grantId_seq_idx" ON "AuditEvent"("organizationId", "grantId", "seq" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_organizationId_tool_seq_idx" ON "AuditEvent"("organizationId", "tool", "seq" DESC);

-- CreateIndex
CREATE INDEX "AuditIntent_gatewayId_idx" ON "AuditIntent"("gatewayId");

-- AddForeignKey
ALTER TABLE "UserIdentity" ADD CONSTRAINT "UserIdentity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OrganizationKey" ADD CONSTRAINT "OrganizationKey_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Server" ADD CONSTRAINT "Server_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ServerSecret" ADD CONSTRAINT "ServerSecret_organizationId_serverId_fkey" FOREIGN KEY ("organizationId", "serverId") REFERENCES "Server"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tool" ADD CONSTRAINT "Tool_organizationId_serverId_fkey" FOREIGN KEY ("organizationId", "serverId") REFERENCES "Server"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ToolChange" ADD CONSTRAINT "ToolChange_organizationId_toolId_fkey" FOREIGN KEY ("organizationId", "toolId") REFERENCES "Tool"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Policy" ADD CONSTRAINT "Policy_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PolicyVersion" ADD CONSTRAINT "PolicyVersion_organizationId_policyId_fkey" FOREIGN KEY ("organizationId", "policyId") REFERENCES "Policy"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GrantServer" ADD CONSTRAINT "GrantServer_organizationId_grantId_fkey" FOREIGN KEY ("organizationId", "grantId") REFERENCES "Grant"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GrantServer" ADD CONSTRAINT "GrantServer_organizationId_serverId_fkey" FOREIGN KEY ("organizationId", "serverId") REFERENCES "Server"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GrantServer" ADD CONSTRAINT "GrantServer_organizationId_policyId_fkey" FOREIGN KEY ("organizationId", "policyId") REFERENCES "Policy"("organizationId", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── Audit events: a partition a month ───────────────────────────────────────

-- Makes the partitions of the month that holds "moment" and of the two after it. Called by the worker every day.
CREATE FUNCTION toolgate_make_audit_partitions(moment TIMESTAMPTZ) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first TIMESTAMPTZ;
BEGIN
  FOR i IN 0..2 LOOP
    first := (date_trunc('month', moment AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF "AuditEvent" FOR VALUES FROM (%L) TO (%L)',
      'AuditEvent_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM'), first,
      ((first AT TIME ZONE 'UTC') + INTERVAL '1 month') AT TIME ZONE 'UTC');
  END LOOP;
END $$;

SELECT toolgate_make_audit_partitions(now());

-- What arrives with a time that has no partition (a clock that is months off) is kept all the same.
CREATE TABLE "AuditEvent_other" PARTITION OF "AuditEvent" DEFAULT;

-- ── Roles ───────────────────────────────────────────────────────────────────
-- toolgate_app: gateway, dashboard, runner, command line. toolgate_worker: drains records of every organization.
-- Neither owns a table nor bypasses row level security. Roles belong to the whole cluster, hence the guards.

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['toolgate_app', 'toolgate_worker'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    EXECUTE format('GRANT %I TO CURRENT_USER', name);
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO toolgate_app, toolgate_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO toolgate_app, toolgate_worker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO toolgate_app, toolgate_worker;

-- Partitions are reached through their parent only: its row level security does not apply to a partition named directly.
DO $$
DECLARE
  part REGCLASS;
BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '"AuditEvent"'::REGCLASS LOOP
    EXECUTE format('REVOKE ALL ON %s FROM toolgate_app, toolgate_worker', part);
  END LOOP;
END $$;

-- History can be added to and read, not rewritten.
REVOKE UPDATE, DELETE, TRUNCATE ON "AuditEvent", "PolicyVersion" FROM toolgate_app, toolgate_worker;
REVOKE INSERT, UPDATE, DELETE ON "AuditChain", "AuditCursor" FROM toolgate_app;
REVOKE INSERT ON "AuditEvent" FROM toolgate_app;
REVOKE ALL ON FUNCTION toolgate_make_audit_partitions(TIMESTAMPTZ) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION toolgate_make_audit_partitions(TIMESTAMPTZ) TO toolgate_worker;

-- ── Row level security ──────────────────────────────────────────────────────
-- A transaction says for whom it runs: toolgate.organization (an id), toolgate.slug (to find the organization of a
-- path), toolgate.user (a member's own organizations). What it does not say, it does not see.

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['Membership', 'OrganizationKey', 'Server', 'ServerSecret', 'Tool', 'ToolChange', 'Policy',
    'PolicyVersion', 'Grant', 'GrantServer', 'AuditEvent', 'AuditChain', 'AuditRecord', 'AuditIntent'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING ("organizationId" = current_setting(''toolgate.organization'', true))', name);
  END LOOP;
  -- The worker's own work: the audit pipeline, across organizations.
  FOREACH name IN ARRAY ARRAY['AuditEvent', 'AuditChain', 'AuditRecord', 'AuditIntent'] LOOP
    EXECUTE format('CREATE POLICY worker ON %I TO toolgate_worker USING (true)', name);
  END LOOP;
END $$;

ALTER TABLE "Organization" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Organization" USING ("id" = current_setting('toolgate.organization', true));
CREATE POLICY by_slug ON "Organization" FOR SELECT USING ("slug" = current_setting('toolgate.slug', true));
CREATE POLICY by_member ON "Organization" FOR SELECT USING ("id" IN (
  SELECT m."organizationId" FROM "Membership" m WHERE m."userId" = current_setting('toolgate.user', true)));
CREATE POLICY by_member ON "Membership" FOR SELECT USING ("userId" = current_setting('toolgate.user', true));
-- The worker publishes epochs that were saved but did not reach the ledger, and asks servers for their tools again.
CREATE POLICY worker ON "Organization" TO toolgate_worker USING (true);
CREATE POLICY worker ON "Server" FOR SELECT TO toolgate_worker USING (true);
