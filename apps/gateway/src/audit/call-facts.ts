/** The audit facts of a request, from whatever is known of it when it is decided. */
import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import type { Decision } from '@toolgate/policy/decision';
import type { GrantEntry, OrganizationEntry, PolicyEntry, ServerEntry } from '../directory/entries.ts';
import type { Session } from '../sessions/session-token.ts';
import type { Received } from '../stages/call.ts';
import { argumentDigest } from './argument-digest.ts';

/** Of a call: how far it came. */
export interface KnownCall extends Received {
  organization: OrganizationEntry;
  grant?: GrantEntry;
  server?: ServerEntry;
  policy?: PolicyEntry | null;
  session?: Session | null;
}

type Verdict = Pick<AuditFacts, 'decision' | 'code' | 'message' | 'rule'> & { detail?: Partial<AuditFacts['detail']> };

export function callFacts(call: KnownCall, verdict: Verdict): AuditFacts {
  const { exchange, organization, grant, server, policy, message, bytes } = call;
  const request = message?.kind === 'request' ? message : null;
  const { detail, ...decided } = verdict;
  return auditFacts({
    id: exchange.id,
    organizationId: organization.id,
    at: exchange.receivedAt.toISOString(),
    kind: 'call',
    method: message === null || message.kind === 'response' ? null : message.method,
    tool: request?.tool ?? null,
    serverId: server?.id ?? null,
    server: server?.slug ?? call.address.server,
    grantId: grant?.id ?? null,
    grant: grant?.label ?? null,
    client: clientText(call),
    policyId: policy?.id ?? null,
    policyVersion: policy?.version ?? null,
    requestId: exchange.id,
    ...decided,
    detail: {
      ...(request?.tool ? argumentDigest(request.args, organization.argumentKey) : {}),
      ...(policy ? { policy: policy.name } : {}),
      ...(bytes ? { requestBytes: bytes.length } : {}),
      ip: exchange.ip,
      ...detail,
    },
  });
}

/** What the log keeps of a decision besides its code. */
export function decisionDetail(decision: Decision): Partial<AuditFacts['detail']> {
  const { trace, shadow } = decision;
  return { trace, ...(shadow ? { shadow: { effect: shadow.effect, code: shadow.code, rule: shadow.rule } } : {}) };
}

function clientText({ session }: KnownCall): string | null {
  return session?.client ? `${session.client.name} ${session.client.version}`.trim() : null;
}
