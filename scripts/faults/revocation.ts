/** Figure 4: what is received after a revoke, a pause or a policy edit was acknowledged is decided by it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '@toolgate/services/context';
import { pauseGrant } from '@toolgate/services/grant/pause';
import { resumeGrant } from '@toolgate/services/grant/resume';
import { revokeGrant } from '@toolgate/services/grant/revoke';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { type Answer, openCaller } from './caller.ts';
import { type Figure, figure, isBusy, loadText } from './figure.ts';
import type { Stack } from './stack.ts';

const CLOSED = JSON.stringify({ version: '1', default: 'deny', tools: {} });
const OPEN = { version: '1', default: 'deny', tools: { echo: {} } };

interface Counts {
  trials: number;
  allowedAfter: number;
  /** By a decision. */
  refusedBefore: number;
  /** A busy gateway decided nothing: 503. */
  unanswered: number;
  /** Saved, but the ledger could not be told in time: such a change is not acknowledged as in force, and its trial is made once more. */
  notInForce: number;
}

export async function revocationFigures(stack: Stack, trials: number): Promise<Figure[]> {
  const counts: Counts = { trials: 0, allowedAfter: 0, refusedBefore: 0, unanswered: 0, notInForce: 0 };
  // Several tenants at once: their trials do not meet.
  await Promise.all(Array.from({ length: 4 }, (_, i) => runTrials(stack, Math.ceil((trials - i) / 4), counts)));
  const slowest = await endStreams(stack);
  const { allowedAfter, refusedBefore, unanswered, notInForce } = counts;
  const few = Math.ceil(trials / 100);
  const told = isBusy() ? ` (${loadText()})` : '';
  return [
    figure(
      'calls allowed after the acknowledgement',
      `${allowedAfter} in ${counts.trials} trials`,
      `0 in ${trials}`,
      allowedAfter === 0 && counts.trials === trials,
    ),
    figure('calls refused although allowed (before, or after resume)', refusedBefore, '0', refusedBefore === 0),
    figure('calls that were not decided: 503', `${unanswered}${told}`, `<= ${few}`, unanswered <= few),
    figure('changes acknowledged as saved but not yet in force', `${notInForce}${told}`, `<= ${few}`, notInForce <= few),
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
    counts.unanswered += answers.filter(({ status }) => status === 503).length;
    counts.refusedBefore += answers.filter(({ allowed, status }) => !allowed && status !== 503).length;
  };
  /** Whether it is in force. */
  const acknowledged = (result: { ok: boolean; value?: unknown }): boolean => {
    if (!result.ok) throw new Error(`A change was refused: ${JSON.stringify(result)}`);
    const { inForce } = result.value as { inForce?: boolean };
    if (inForce === false) counts.notInForce++;
    return inForce !== false;
  };
  for (let trial = 0, more = trials; trial < more; trial++) {
    expectAllowed(await callBoth());
    // Calls that are under way while the change is made may go either way.
    const background = callBoth();
    const { inForce, undo } = await [revoke, pause, edit][trial % 3]!();
    const after = await callBoth();
    if (inForce) {
      counts.allowedAfter += after.filter(({ allowed }) => allowed).length;
      counts.trials++;
    } else if (more < 2 * trials) more++;
    await background;
    await undo();
  }

  async function revoke() {
    const inForce = acknowledged(await revokeGrant(stack.services, actor, { grantId: grant.id }));
    const undo = async () => {
      grant = await tenant.grant();
      caller = await openCaller(first.url, tenant, grant.token);
    };
    return { inForce, undo };
  }
  async function pause() {
    const inForce = acknowledged(await pauseGrant(stack.services, actor, { grantId: grant.id }));
    const undo = () => inForceAgain(() => resumeGrant(stack.services, actor, { grantId: grant.id }));
    return { inForce, undo };
  }
  async function edit() {
    const inForce = acknowledged(await publishPolicy(stack.services, actor, { policyId, source: CLOSED }));
    const undo = () => inForceAgain(() => publishPolicy(stack.services, actor, { policyId, source: JSON.stringify(OPEN) }));
    return { inForce, undo };
  }
  /** What is not in force yet is finished by the worker. */
  async function inForceAgain(change: () => Promise<{ ok: boolean; value?: unknown }>): Promise<void> {
    if (!acknowledged(await change())) await sleep(WORKER_MS);
  }
}

const WORKER_MS = 5000;

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
