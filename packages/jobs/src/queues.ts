/** The queues, and what their jobs carry. A payload is parsed when it is added and again when it is processed. */
import { z } from 'zod';

export const DISCOVERY_QUEUE = 'discovery';
export const MAINTENANCE_QUEUE = 'maintenance';
export const APPROVALS_QUEUE = 'approvals';
export const MAILS_QUEUE = 'mails';

/** Ask a server for its tools and keep what it says. */
export const DiscoverPayload = z.strictObject({ organizationId: z.string().min(1), serverId: z.string().min(1) });
export type DiscoverPayload = z.infer<typeof DiscoverPayload>;

/** What the worker does again and again, each on its own schedule. */
export const MAINTENANCE_TASKS = ['partitions', 'epochs', 'rediscovery', 'retention', 'shadow_periods'] as const;
export const MaintenancePayload = z.strictObject({ task: z.enum(MAINTENANCE_TASKS) });
export type MaintenancePayload = z.infer<typeof MaintenancePayload>;

/** Of one request for a person's approval: its time is over, or it is to be told where the organization wants that. */
export const ApprovalPayload = z.strictObject({
  task: z.enum(['expire', 'notify']),
  organizationId: z.string().min(1),
  approvalId: z.string().min(1),
});
export type ApprovalPayload = z.infer<typeof ApprovalPayload>;

/** Tell those who may answer a request for approval of it by e-mail; or send an organization's test e-mail. */
export const MailPayload = z.discriminatedUnion('task', [
  z.strictObject({ task: z.literal('approval'), organizationId: z.string().min(1), approvalId: z.string().min(1) }),
  z.strictObject({ task: z.literal('test'), organizationId: z.string().min(1) }),
]);
export type MailPayload = z.infer<typeof MailPayload>;
