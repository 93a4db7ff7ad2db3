-- Since when a ledger counts for an organization: a ledger that knows nothing of it after this moment has lost its data.
ALTER TABLE "Organization" ADD COLUMN "countedSince" TIMESTAMPTZ(3);
