-- A version in its shadow period is a version of its own, beside the one in force. Until now the one in force was itself in shadow, and the
-- document to come was kept here: such a period goes on as it is, and its document becomes the version that takes force at its end.
INSERT INTO "PolicyVersion" ("organizationId", "id", "policyId", "number", "source", "message", "authorId", "authorName", "createdAt")
SELECT s."organizationId", gen_random_uuid()::TEXT, s."policyId", s."shadowVersion" + 1, s."source", s."message", s."createdById",
  s."createdBy", s."createdAt"
FROM "PolicySchedule" s;
UPDATE "PolicySchedule" SET "shadowVersion" = "shadowVersion" + 1;

-- AlterTable
ALTER TABLE "PolicySchedule" DROP COLUMN "source", DROP COLUMN "message",
ADD COLUMN "overriddenTests" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "blockedBy" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AddForeignKey
ALTER TABLE "PolicySchedule" ADD CONSTRAINT "PolicySchedule_organizationId_policyId_shadowVersion_fkey" FOREIGN KEY ("organizationId", "policyId", "shadowVersion") REFERENCES "PolicyVersion"("organizationId", "policyId", "number") ON DELETE CASCADE ON UPDATE CASCADE;

-- The worker notes which tests keep a version from taking force.
GRANT UPDATE ("blockedBy") ON "PolicySchedule" TO toolgate_worker;
