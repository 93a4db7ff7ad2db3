import type { AuditEvent } from '@toolgate/audit/event';

/** A call of a tool whose grant and server were known. */
export type ToolCall = AuditEvent & { tool: string; grantId: string; serverId: string };

/** Whether a policy could be asked about it again. */
export const isToolCall = (event: AuditEvent): event is ToolCall =>
  event.kind === 'call' &&
  event.method === 'tools/call' &&
  event.decision !== 'rejected' &&
  event.tool !== null &&
  event.grantId !== null &&
  event.serverId !== null;
