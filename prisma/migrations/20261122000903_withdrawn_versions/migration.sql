-- AlterTable
ALTER TABLE "PolicyVersion" ADD COLUMN "withdrawnAt" TIMESTAMPTZ(3), ADD COLUMN "withdrawnBy" TEXT;

-- What a version says never changes; that it never took force is noted when its shadow period ends without it.
GRANT UPDATE ("withdrawnAt", "withdrawnBy") ON "PolicyVersion" TO toolgate_app;
