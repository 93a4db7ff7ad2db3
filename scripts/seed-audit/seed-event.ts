import { type AuditFacts, auditFacts } from '@toolgate/audit/event';
import type { Random } from './random.ts';
import type { SeedGrant, SeedServer, SeedTool, World } from './world.ts';

/** One event as the gateway (or now and then a person) would have left it at that moment. */
export function seedEvent(world: World, random: Random, at: number): AuditFacts {
  const known = { id: random.uuid(), organizationId: world.organizationId, at: new Date(at).toISOString() };
  if (random.chance(0.0004)) return changeFacts(world, random, known);
  if (random.chance(0.003)) return unauthenticated(random, known);
  const grant = pickGrant(world.grants, random, new Date(at).getUTCHours());
  const server = random.pickFirst(grant.servers);
  const tool = random.pickFirst(server.tools);
  return callFacts({ world, random, known, grant, server, tool, at });
}

type Known = Pick<AuditFacts, 'id' | 'organizationId' | 'at'>;
interface Call {
  world: World;
  random: Random;
  known: Known;
  grant: SeedGrant;
  server: SeedServer;
  tool: SeedTool;
  at: number;
}

function callFacts(call: Call): AuditFacts {
  const { world, random, known, grant, server, tool, at } = call;
  const { policy } = world;
  const pointer = `/tools/${tool.name}`;
  // An outage of an hour and a half, and a policy that was too strict for an afternoon: what a log is read for.
  const hours = (world.until - at) / 3_600_000;
  const outage = server.slug === 'github' && hours > 62 && hours < 63.5;
  const strict = tool.rule === 'allow' && hours > 195 && hours < 199 && random.chance(0.3);
  const base = {
    ...known,
    kind: 'call' as const,
    method: 'tools/call',
    tool: tool.name,
    serverId: server.id,
    server: server.slug,
    grantId: grant.id,
    grant: grant.label,
    client: grant.client,
    policyId: policy.id,
    policyVersion: Math.max(1, policy.version - Math.floor(hours / 130)),
    requestId: known.id,
  };
  const detail = {
    argumentKeys: tool.argumentKeys,
    argumentsHmac: random.hex(64),
    policy: policy.name,
    requestBytes: 180 + Math.floor(random.next() * 900),
    ip: `10.${grant.label.length}.${server.slug.length}.${1 + Math.floor(random.next() * 40)}`,
  };
  const trace = (result: string, rule?: string) => [
    { step: 'paused', result: 'no' },
    { step: 'tool', result: 'active' },
    { step: 'rules', result, ...(rule ? { rule } : {}) },
  ];
  if (tool.rule === 'deny' || strict) {
    const rule = tool.rule === 'deny' && random.chance(0.6) ? pointer : null;
    const code = rule ? 'rule_deny' : 'default_deny';
    const message = rule ? `${tool.name} is denied by the policy.` : `No rule of the policy allows ${tool.name}.`;
    return auditFacts({
      ...base,
      decision: 'denied',
      code,
      message,
      rule,
      latencyMs: Math.floor(random.next() * 3),
      detail: { ...detail, trace: trace('deny', rule ?? undefined) },
    });
  }
  if (tool.rule === 'limit' && random.chance(0.14)) {
    const retryAfterMs = 1000 + Math.floor(random.next() * 55_000);
    const limit = {
      counter: `${tool.name}_rate`,
      scope: 'grant',
      max: 30,
      remaining: 0,
      retryAfterMs,
      resetAt: new Date(at + retryAfterMs).toISOString(),
    };
    const message = `${tool.name} is limited to 30 calls per minute per grant; try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
    return auditFacts({
      ...base,
      decision: 'limited',
      code: 'limit_reached',
      message,
      rule: `${pointer}/limits/0`,
      latencyMs: Math.floor(random.next() * 4),
      detail: { ...detail, limit, trace: trace('limit', `${pointer}/limits/0`) },
    });
  }
  if (random.chance(0.0015))
    return auditFacts({
      ...base,
      decision: 'rejected',
      code: 'invalid_message',
      message: 'The message is not valid JSON-RPC.',
      tool: null,
      policyId: null,
      policyVersion: null,
      latencyMs: 0,
      detail: { ip: detail.ip, requestBytes: detail.requestBytes },
    });
  if (tool.rule === 'allow' && tool.name.startsWith('create_') && random.chance(0.05))
    return auditFacts({
      ...base,
      decision: 'pending',
      code: 'approval_required',
      message: `${tool.name} waits for an approval.`,
      rule: `${pointer}/approve_if/0`,
      latencyMs: 2,
      detail: { ...detail, trace: trace('pending', pointer) },
    });
  return allowed({ base, detail: { ...detail, trace: trace('allow', pointer) }, tool, random, outage, pointer });
}

function allowed({
  base,
  detail,
  tool,
  random,
  outage,
  pointer,
}: {
  base: Known & Partial<AuditFacts> & { kind: 'call' };
  detail: AuditFacts['detail'];
  tool: SeedTool;
  random: Random;
  outage: boolean;
  pointer: string;
}): AuditFacts {
  const roll = random.next();
  const outcome =
    outage && roll < 0.7
      ? roll < 0.4
        ? 'timeout'
        : 'upstream_error'
      : roll < 0.978
        ? 'ok'
        : roll < 0.99
          ? 'tool_error'
          : roll < 0.994
            ? 'upstream_error'
            : roll < 0.997
              ? 'timeout'
              : roll < 0.9995
                ? 'client_gone'
                : 'unknown';
  const latencyMs =
    outcome === 'timeout' ? 60_000 + Math.floor(random.next() * 40) : outcome === 'unknown' ? null : random.around(tool.medianMs, 0.55);
  const charges =
    tool.rule === 'limit' ? [{ key: `grant:${base.grantId}:${tool.name}_rate`, amountMicros: 1_000_000, windowMs: 60_000 }] : undefined;
  return auditFacts({
    ...base,
    decision: 'allowed',
    outcome,
    code: 'allowed',
    rule: pointer,
    latencyMs,
    detail: {
      ...detail,
      ...(charges ? { charges, admittedAt: base.at } : {}),
      ...(tool.rule === 'shadow' ? { shadow: { effect: 'deny', code: 'rule_deny', rule: pointer } } : {}),
      ...(outcome === 'ok' || outcome === 'tool_error' ? { upstreamStatus: 200, responseBytes: random.around(2400, 1) } : {}),
    },
  });
}

function unauthenticated(random: Random, known: Known): AuditFacts {
  const message = 'The token is not known.';
  const detail = { ip: `203.0.113.${1 + Math.floor(random.next() * 20)}` };
  return auditFacts({
    ...known,
    kind: 'call',
    decision: 'unauthenticated',
    code: 'token_unknown',
    message,
    requestId: known.id,
    latencyMs: 0,
    detail,
  });
}

const CHANGES = ['policy.publish', 'grant.create', 'grant.rotate', 'grant.pause', 'grant.resume', 'server.rename', 'tool.accept'] as const;

function changeFacts(world: World, random: Random, known: Known): AuditFacts {
  const action = random.pickFirst(CHANGES);
  const [kind = ''] = action.split('.');
  const target =
    kind === 'policy'
      ? { kind, id: world.policy.id, name: world.policy.name }
      : { kind, id: random.uuid(), name: random.pick(world.grants).label };
  return auditFacts({ ...known, kind: 'change', actor: random.pickFirst(world.actors), action, detail: { target } });
}

function pickGrant(grants: readonly SeedGrant[], random: Random, hour: number): SeedGrant {
  const weightOf = ({ weight, peakHour }: SeedGrant) =>
    peakHour === null ? weight : weight * (0.15 + Math.max(0, Math.cos(((hour - peakHour) / 24) * 2 * Math.PI)));
  let left = random.next() * grants.reduce((sum, grant) => sum + weightOf(grant), 0);
  for (const grant of grants) {
    left -= weightOf(grant);
    if (left <= 0) return grant;
  }
  return grants[0] as SeedGrant;
}
