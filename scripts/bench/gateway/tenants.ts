/** Who calls in the gateway's bench, and by which policy. */
import type { Database } from '@toolgate/db/database';
import { createGrant, createOrganization, createPolicy, createServer, type ToolFactory } from '@toolgate/testing/factories';

/** Several, so that none of their exact counters is full while it is measured: each may make a thousand calls a minute. */
export const GRANTS = 64;

export const TOOL = 'render_image';
const TOOLS: ToolFactory[] = [{ name: TOOL, inputSchema: { type: 'object' } }];

/** Twenty rules; the tool that is called has a condition of its own, one of all tools, and two limits: an exact one and a coarse one. */
export const TWENTY_RULES = {
  version: '1',
  default: 'deny',
  hide: ['internal_*'],
  all_tools: { deny_if: [{ path: 'args.prompt', op: 'contains', value: 'password' }] },
  tools: {
    [TOOL]: {
      require: [{ path: 'args.size', op: 'in', value: ['512', '1024'] }],
      limits: [
        { counter: 'renders', window: 'minute', max: 1000, scope: 'grant' },
        { counter: 'all_renders', window: 'hour', max: 1_000_000, scope: 'server' },
      ],
    },
    ...Object.fromEntries(Array.from({ length: 18 }, (_, i) => [`tool_${i}_*`, i % 2 === 0 ? {} : { action: 'deny' }])),
  },
};

const OPEN = { version: '1', default: 'allow' };

export interface Tenant {
  organizationId: string;
  path: string;
  tokens: string[];
}

/** @param upstream its address for this era. */
export async function createTenant(db: Database, upstream: string, withRules: boolean): Promise<Tenant> {
  const { id, slug } = await createOrganization(db);
  const server = await createServer(db, id, { url: upstream, tools: TOOLS });
  const policy = await createPolicy(db, id, { document: withRules ? TWENTY_RULES : OPEN });
  const tokens: string[] = [];
  while (tokens.length < GRANTS)
    tokens.push((await createGrant(db, id, { servers: [{ serverId: server.id, policyId: policy.id }] })).token);
  return { organizationId: id, path: `/${slug}/${server.slug}/mcp`, tokens };
}
