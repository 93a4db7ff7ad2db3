import type { SealedPlace } from '../secret/seal.ts';

/** Where the signing secret of an organization's approval webhook is sealed. */
export const webhookPlace = (organizationId: string): SealedPlace => ({
  organizationId,
  table: 'ApprovalWebhook',
  column: 'ciphertext',
  row: organizationId,
});
