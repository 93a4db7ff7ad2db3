/** The audit facts of a request, from whatever is known of it when it is decided. */
import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import type { Decision } from '@toolgate/policy/decision';
import type { GrantEntry, OrganizationEntry, PolicyEntry, ServerEntry } from '../directory/entries.ts';
import type { Session } from '../sessions/session-token.ts';
import type { Received } from '../stages/call.ts';
import { argumentDigest, argumentMarks } from './argument-digest.ts';
import { capturedArguments } from './captured-arguments.ts';

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
      ...(request?.tool && server?.captures ? { argumentMarks: argumentMarks(request.args, organization.argumentKey) } : {}),
      ...(request?.tool && server?.captures ? capturedArguments(organization, exchange.id, request.args) : {}),
      ...(policy ? { policy: policy.name } : {}),
      ...(bytes ? { requestBytes: bytes.length } : {}),
      ip: exchange.ip,
      ...detail,
    },
  });
}

/** What the log keeps of a decision besides its code. */
export function decisionDetail(decision: Pick<Decision, 'trace' | 'shadow'>): Partial<AuditFacts['detail']> {
  const { trace, shadow } = decision;
  if (!shadow) return { trace };
  const { effect, code, rule, version } = shadow;
  return { trace, shadow: { effect, code, rule, ...(version === undefined ? {} : { version }) } };
}

/** What the client says of itself: when its session opened, or with each stateless request. */
function clientText({ session, envelope }: KnownCall): string | null {
  const client = session?.client ?? envelope?.clientInfo;
  return client ? `${client.name} ${client.version}`.trim().slice(0, 200) : null;
}
