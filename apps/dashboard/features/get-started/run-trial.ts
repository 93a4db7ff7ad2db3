import 'server-only';
import { randomBytes } from 'node:crypto';
import type { Actor, Services } from '@toolgate/services/context';
import { createGrant } from '@toolgate/services/grant/create';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { done, type Result, refuse } from '@toolgate/services/refusal';
import { openSession, type ToolAnswer } from './gateway-client';
import { pictureIn, type Trial, type TrialCall } from './trial';

export interface TrialRequest {
  serverId: string;
  policyId: string;
  tool: string;
  args: Record<string, unknown>;
  times: number;
}

const LIFE_MS = 10 * 60_000;

/** Calls a tool through the gateway as an agent would: with a grant of its own, which is revoked before this answers. */
export async function runTrial(s: Services, actor: Actor, gatewayUrl: string, request: TrialRequest): Promise<Result<Trial>> {
  const { serverId, policyId } = request;
  const label = `Browser trial ${randomBytes(3).toString('hex')}`;
  const expiresAt = new Date(s.now().getTime() + LIFE_MS);
  const grant = await createGrant(s, actor, { label, kind: 'person', servers: [{ serverId, policyId }], expiresAt });
  if (!grant.ok) return grant;
  try {
    return done(await makeCalls(gatewayUrl, grant.value.token, request));
  } catch (error) {
    return refuse('unavailable', error instanceof Error ? error.message : 'The call did not go through.');
  } finally {
    await revokeGrant(s, actor, { grantId: grant.value.id });
  }
}

async function makeCalls(url: string, token: string, { tool, args, times }: TrialRequest): Promise<Trial> {
  const call = await openSession(url, token);
  const trial: Trial = { calls: [], picture: null };
  for (let number = 1; number <= times; number++) {
    const before = performance.now();
    const answer = await call(tool, args);
    trial.calls.push(callOf(number, answer, Math.round(performance.now() - before)));
    trial.picture ??= answer.decision ? null : pictureIn(answer.content);
  }
  return trial;
}

function callOf(number: number, { decision, isError, text }: ToolAnswer, ms: number): TrialCall {
  if (!decision)
    return { number, decision: isError ? 'tool_error' : 'allowed', message: isError ? text.slice(0, 500) : '', rule: null, ms };
  const word = decision.code === 'limit_reached' ? 'limited' : decision.code === 'approval_required' ? 'pending' : 'denied';
  return { number, decision: word, message: text.replace(/^\[POLICY DENIED\] /, ''), rule: decision.rule, ms };
}
