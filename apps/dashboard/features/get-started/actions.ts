'use server';
import { createPolicy } from '@toolgate/services/policy/create';
import { refuse } from '@toolgate/services/refusal';
import { registerServer } from '@toolgate/services/server/register';
import { z } from 'zod';
import { env } from '@/env';
import { asMember } from '@/server/as-member';
import { runTrial } from './run-trial';
import { MOST_CALLS } from './trial';

export const addDemoAction = async (org: string) =>
  asMember(org, (s, actor) => registerServer(s, actor, { name: 'WavespeedMCP', managed: 'wavespeed-demo' }));

export const createPolicyAction = async (org: string, input: { name: string; source: string }) =>
  asMember(org, (s, actor) => createPolicy(s, actor, { name: input.name, source: input.source, message: 'From “Get started”' }));

const Run = z.strictObject({
  serverId: z.uuid(),
  serverSlug: z.string().regex(/^[a-z0-9-]{1,40}$/),
  policyId: z.uuid(),
  tool: z.string().min(1).max(256),
  args: z.record(z.string(), z.unknown()),
  times: z.int().min(1).max(MOST_CALLS),
});

/** Really calls the tool through the gateway, up to 31 times. */
export const runTrialAction = async (org: string, input: z.input<typeof Run>) =>
  asMember(org, async (s, actor) => {
    const parsed = Run.safeParse(input);
    if (!parsed.success) return refuse('invalid', 'These arguments cannot be sent.');
    const { serverSlug, ...request } = parsed.data;
    return runTrial(s, actor, `${env().gatewayUrl}/${org}/${serverSlug}/mcp`, request);
  });
