/** Figure 4: what is received after a revoke, a pause or a policy edit was acknowledged is decided by it. */
import type { Actor } from '@toolgate/services/context';
import { pauseGrant } from '@toolgate/services/grant/pause';
import { resumeGrant } from '@toolgate/services/grant/resume';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { type Answer, openCaller } from './caller.ts';
import { type Figure, figure } from './figure.ts';
import type { Stack } from './stack.ts';

const CLOSED = JSON.stringify({ version: '1', default: 'deny', tools: {} });
const OPEN = { version: '1', default: 'deny', tools: { echo: {} } };

interface Counts {
  trials: number;
  allowedAfter: number;
  refusedBefore: number;
  notInForce: number;
}

export async function revocationFigures(stack: Stack, trials: number): Promise<Figure[]> {
  const counts: Counts = { trials: 0, allowedAfter: 0, refusedBefore: 0, notInForce: 0 };
  // Several tenants at once: their trials do not meet.
  await Promise.all(Array.from({ length: 4 }, (_, i) => runTrials(stack, Math.ceil((trials - i) / 4), counts)));
  const slowest = await endStreams(stack);
  return [
    figure('calls allowed after the acknowledgement', `${counts.allowedAfter} in ${counts.trials} trials`, '0', counts.allowedAfter === 0),
    figure('calls refused although allowed (before, or after resume)', counts.refusedBefore, '0', counts.refusedBefore === 0),
    figure('changes acknowledged as saved but not yet in force', counts.notInForce, '0', counts.notInForce === 0),
    figure('open streams of a revoked grant, the last one to end', `${slowest.toFixed(0)} ms`, '<= 5000 ms', slowest <= 5000),
  ];
}

async function runTrials(stack: Stack, trials: number, counts: Counts): Promise<void> {
  const tenant = await stack.tenant(OPEN);
  const { organizationId, policyId } = tenant;
  const actor: Actor = { kind: 'operator', organizationId, name: 'faults' };
  const [first, second] = stack.gateways.map(({ url }) => ({ url })) as [{ url: string }, { url: string }];
  let grant = await tenant.grant();
  let caller = await openCaller(first.url, tenant, grant.token);
  const callBoth = () => Promise.all([first.url, second.url, first.url, second.url].map((url) => caller.call(url, 'echo')));
  const expectAllowed = (answers: Answer[]) => {
    counts.refusedBefore += answers.filter(({ allowed }) => !allowed).length;
  };
  const acknowledged = (result: { ok: boolean; value?: unknown }) => {
    if (!result.ok) throw new Error(`A change was refused: ${JSON.stringify(result)}`);
    if ((result.value as { inForce?: boolean }).inForce === false) counts.notInForce++;
  };
  for (let trial = 0; trial < trials; trial++) {
    expectAllowed(await callBoth());
    // Calls that are under way while the change is made may go either way.
    const background = callBoth();
    const undo = await [revoke, pause, edit][trial % 3]!();
    const after = await callBoth();
    counts.allowedAfter += after.filter(({ allowed }) => allowed).length;
    counts.trials++;
    await background;
    await undo();
  }

  async function revoke() {
    acknowledged(await revokeGrant(stack.services, actor, { grantId: grant.id }));
    return async () => {
      grant = await tenant.grant();
      caller = await openCaller(first.url, tenant, grant.token);
    };
  }
  async function pause() {
    acknowledged(await pauseGrant(stack.services, actor, { grantId: grant.id }));
    return async () => acknowledged(await resumeGrant(stack.services, actor, { grantId: grant.id }));
  }
  async function edit() {
    acknowledged(await publishPolicy(stack.services, actor, { policyId, source: CLOSED }));
    return async () => acknowledged(await publishPolicy(stack.services, actor, { policyId, source: JSON.stringify(OPEN) }));
  }
}

async function endStreams(stack: Stack): Promise<number> {
  const tenant = await stack.tenant(OPEN);
  const grant = await tenant.grant();
  const actor: Actor = { kind: 'operator', organizationId: tenant.organizationId, name: 'faults' };
  const streams = await Promise.all(stack.gateways.map(async ({ url }) => (await openCaller(url, tenant, grant.token)).listen(url)));
  await revokeGrant(stack.services, actor, { grantId: grant.id });
  const started = performance.now();
  const ends = await Promise.all(streams.map(({ ended }) => ended.then(() => performance.now() - started)));
  return Math.max(...ends);
}
