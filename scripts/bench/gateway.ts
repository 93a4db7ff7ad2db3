/**
 * What a call costs the gateway, beside a proxy that only passes it through: CPU, throughput and latency, in interleaved rounds of one run.
 * Only the ratios mean something on a machine that others use too.
 */
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { cpuMicros } from './gateway/cpu-micros.ts';
import type { LoadOrder, LoadTaken } from './gateway/load.ts';
import { reconcile } from './gateway/reconcile.ts';
import { type Tenant, TOOL } from './gateway/tenants.ts';
import { type BenchGateway, type LedgerKind, MEMORY, startWorld, type World } from './gateway/world.ts';
import { median } from './table.ts';

/** By an earlier measurement on two cores: 43 µs beside nginx's 20 µs. */
const NODE_BESIDE_NGINX = 2.2;
/** Of the whole pipeline, beside nginx. */
const BUDGET = 5;
const PACE = 800;

interface Scenario {
  what: string;
  pid: number;
  order: Omit<LoadOrder, 'ms' | 'connections'>;
  gateway: BenchGateway | null;
  /** Of the whole pipeline, which the budget is for. */
  isWhole: boolean;
}

interface Sample {
  micros: number;
  perSecond: number;
  /** At PACE calls a second. */
  p50Ms: number;
  others: Record<string, number>;
}

export async function run(args: readonly string[] = []): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
      ledger: { type: 'string', multiple: true, default: ['redis', 'embedded'] },
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
      beside: { type: 'string' },
      disk: { type: 'boolean', default: MEMORY === null },
      warm: { type: 'string', default: '4' },
      connections: { type: 'string', default: '16' },
    },
  });
  const connections = Number(values.connections);
  if (values.profile) mkdirSync(values.profile, { recursive: true });
  const parent = values.disk || MEMORY === null ? os.tmpdir() : MEMORY;
  const world = await startWorld({ ledgers: values.ledger as LedgerKind[], profiles: values.profile, parent, beside: values.beside });
  try {
    const scenarios = (await scenariosOf(world)).filter(({ gateway, what }) => !gateway || what.includes(values.only));
    const busyBefore = os.loadavg()[0]!.toFixed(1);
    const samples = new Map<string, Sample[]>(scenarios.map(({ what }) => [what, []]));
    const answered = new Map<BenchGateway, number>();
    for (const scenario of scenarios)
      count(answered, scenario, await world.load({ ...scenario.order, connections, ms: Number(values.warm) * 1000 }));
    for (let round = 0; round < Number(values.rounds); round++)
      for (const scenario of scenarios)
        samples.get(scenario.what)!.push(await measure(world, { ...scenario, connections }, Number(values.seconds) * 1000, answered));
    print(world, scenarios, samples, connections);
    console.log(values.disk ? 'The stores are on disk.' : 'The stores are in memory: with --disk, waiting for the disk is measured too.');
    console.log(`Load average before the rounds: ${busyBefore} on ${os.availableParallelism()} cores.`);
    for (const [gateway, answers] of answered) await printReconciled(gateway, answers, world);
  } finally {
    await world.stop();
  }
}

function count(answered: Map<BenchGateway, number>, { gateway, what }: Scenario, taken: LoadTaken): LoadTaken {
  if (taken.wrong > 0) throw new Error(`${what}: ${taken.wrong} of ${taken.answers} answers are wrong:\n${taken.example}`);
  if (gateway) answered.set(gateway, (answered.get(gateway) ?? 0) + taken.answers);
  return taken;
}

async function measure(
  world: World,
  scenario: Scenario & { connections: number },
  ms: number,
  answered: Map<BenchGateway, number>,
): Promise<Sample> {
  const { redis, postgres, upstream, loadPid } = world;
  const beside: Record<string, number> = {
    upstream: upstream.pid,
    load: loadPid,
    ...(redis ? { redis: redis.pid } : {}),
    postgres: postgres.pid,
  };
  const order = { ...scenario.order, connections: scenario.connections };
  const before = cpuMicros(scenario.pid);
  const othersBefore = Object.entries(beside).map(([name, pid]) => [name, cpuMicros(pid)] as const);
  const full = count(answered, scenario, await world.load({ ...order, ms }));
  // What is settled after the answer belongs to it.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const micros = (cpuMicros(scenario.pid) - before) / full.answers;
  const others = Object.fromEntries(
    othersBefore.map(([name, was]) => [name, Math.max(0, cpuMicros(beside[name] as number) - was) / full.answers]),
  );
  const paced = count(answered, scenario, await world.load({ ...order, ms: ms / 2, perSecond: PACE }));
  return { micros, others, perSecond: full.answers / full.seconds, p50Ms: paced.p50Ms };
}

async function scenariosOf(world: World): Promise<Scenario[]> {
  const { reference, gateways } = world;
  const scenarios: Scenario[] = [
    {
      what: `pass-through (${reference.what})`,
      pid: reference.pid,
      order: { host: reference.host, path: '/session/mcp', headers: [SESSION_HEADERS], body: bodyOf({}) },
      gateway: null,
      isWhole: false,
    },
  ];
  for (const gateway of gateways) {
    const { open, ruled, stateless } = gateway.tenants;
    const of = async (what: string, tenant: Tenant, order: Pick<LoadOrder, 'headers' | 'body'>, isWhole: boolean) =>
      scenarios.push({
        what: `${gateway.label}: ${what}`,
        pid: gateway.pid,
        order: { host: new URL(gateway.url).host, path: tenant.path, ...order },
        gateway,
        isWhole,
      });
    await of('session, no limits', open, { headers: await sessionsOf(gateway, open), body: bodyOf({}) }, false);
    await of('session, 20 rules, 2 limits', ruled, { headers: await sessionsOf(gateway, ruled), body: bodyOf({}) }, true);
    await of('2026-07-28, 20 rules, 2 limits', stateless, { headers: stateless.tokens.map(statelessHeaders), body: bodyOf(META) }, true);
  }
  return scenarios;
}

const SESSION_HEADERS = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' };
const META = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  },
};
const bodyOf = (more: object) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: '%',
    method: 'tools/call',
    params: {
      name: TOOL,
      arguments: { prompt: 'A red house by the sea, in the evening', size: '1024', steps: 30, seed: 1234567 },
      ...more,
    },
  });
const statelessHeaders = (token: string) => ({
  accept: SESSION_HEADERS.accept,
  authorization: `Bearer ${token}`,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': TOOL,
});

async function sessionsOf({ url }: BenchGateway, { path, tokens }: Tenant): Promise<Record<string, string>[]> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const headers: Record<string, string>[] = [];
  for (const token of tokens) {
    const authorization = `Bearer ${token}`;
    const opened = await fetch(url + path, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body });
    headers.push({ ...SESSION_HEADERS, authorization, 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' });
    await opened.text();
  }
  return headers;
}

function print({ reference }: World, scenarios: readonly Scenario[], samples: ReadonlyMap<string, Sample[]>, connections: number): void {
  const of = (what: string, pick: (sample: Sample) => number) => median(samples.get(what)!.map(pick));
  const [{ what: base }] = scenarios as [Scenario];
  const nginxMicros = of(base, ({ micros }) => micros) / (reference.what === 'nginx' ? 1 : NODE_BESIDE_NGINX);
  const lines = [['measured', 'CPU µs/call', '× nginx', 'target', 'calls/s', 'p50 ms', '× pass-through', 'others, CPU µs/call']];
  const lost: string[] = [];
  for (const { what, isWhole } of scenarios) {
    const [micros, perSecond, p50] = [of(what, (s) => s.micros), of(what, (s) => s.perSecond), of(what, (s) => s.p50Ms)];
    const times = micros / nginxMicros;
    if (isWhole && times > BUDGET) lost.push(what);
    const others = Object.keys(samples.get(what)![0]!.others).map((name) => `${name} ${of(what, (s) => s.others[name] ?? 0).toFixed(0)}`);
    const besides = (p50 / of(base, (s) => s.p50Ms)).toFixed(1);
    lines.push([
      what,
      micros.toFixed(0),
      times.toFixed(1),
      isWhole ? `≤ ${BUDGET} (goal 3.5)` : '',
      perSecond.toFixed(0),
      p50.toFixed(2),
      besides,
      others.join(', '),
    ]);
  }
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  for (const line of lines)
    console.log(line.map((cell, i) => (i === 0 || i === 7 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '));
  if (reference.what !== 'nginx')
    console.log(`\nThere is no nginx here: "× nginx" takes the pass-through for ${NODE_BESIDE_NGINX} × nginx, as it was measured to be.`);
  console.log(`CPU and calls/s: ${connections} connections, as fast as they can. p50: at ${PACE} calls/s.`);
  console.log(lost.length === 0 ? 'Every target holds.' : `Where we lose: ${lost.join('; ')}.`);
}

async function printReconciled(gateway: BenchGateway, answers: number, world: World): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { intents, ends, others, wrong } = await reconcile(gateway, world.redis?.url);
  const holds = intents === answers && ends === answers && others === 0 && wrong === 0;
  console.log(`${gateway.label}: ${answers} answers, ${intents} events, ${ends} ends${holds ? ': each call is one event.' : ''}`);
  if (!holds) throw new Error(`The log does not agree with the answers: ${others} other records, ${wrong} calls that are wrong.`);
}
