/**
 * What policies cost: reading and compiling a document, deciding a call by it, and finding it among a million organizations' in the store
 * that the gateway keeps (the most recently used organizations, each with its own compiled policies; PostgreSQL is not measured here).
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PolicyCall } from '@toolgate/policy/call';
import { type CompiledPolicy, compilePolicy } from '@toolgate/policy/compile';
import { decide } from '@toolgate/policy/decide';
import { readPolicy } from '@toolgate/policy/read';
import { Lru } from '../../apps/gateway/src/directory/lru.ts';
import { median, printTable, type Row } from './table.ts';

const ROUNDS = 15;
/** As in apps/gateway/src/directory/directory.ts. */
const KEPT = 10_000;
const SIZES = [20, 1_000, 5_000];

export async function run(): Promise<Row[]> {
  const documents = SIZES.map((size) => ({ size, policy: read(documentOf(size)), calls: callsOf(size) }));
  const organizations = [1_000, 1_000_000].map((count) => store(count));
  const spread = spreadOver(1_000_000);
  const steps: Record<string, () => number> = {};
  for (const { size, policy, calls } of documents) steps[`decide ${size}`] = () => perCall(policy, calls, 60_000);
  for (const { count, policyOf, names } of organizations) steps[`among ${count}`] = () => perOrganization(names, policyOf, 60_000);
  steps.spread = () => perOrganization(spread.names, spread.policyOf, 300);
  for (const size of SIZES) {
    const source = documentOf(size);
    steps[`read ${size}`] = () => timed(() => readPolicy(source), size > 100 ? 1 : 20);
    steps[`compile ${size}`] = () =>
      timed(() => compilePolicy(documents.find((each) => each.size === size)!.policy.document!), size > 100 ? 2 : 200);
  }
  const taken = measure(steps);
  const rows = rowsOf(taken);
  printTable(rows);
  console.log(
    `\n${ROUNDS} interleaved rounds. One compiled policy of 20 rules takes ${kilobytes().toFixed(0)} KB, so ${KEPT} organizations are kept, not all.`,
  );
  return rows;
}

function rowsOf(taken: ReadonlyMap<string, number>): Row[] {
  const micros = (name: string) => taken.get(name)! / 1_000;
  const ratio = (name: string, to: string) => taken.get(name)! / taken.get(to)!;
  return [
    { what: 'decide a call, 20 rules', value: micros('decide 20'), unit: 'µs', target: 2 },
    { what: 'decide a call, 1 000 tools', value: micros('decide 1000'), unit: 'µs' },
    { what: '  1 000 tools beside 20 rules', value: ratio('decide 1000', 'decide 20'), unit: '×', target: 1.5 },
    { what: 'decide a call, 5 000 tools', value: micros('decide 5000'), unit: 'µs' },
    { what: '  5 000 tools beside 20 rules', value: ratio('decide 5000', 'decide 20'), unit: '×' },
    { what: 'find and decide, 1 000 organizations', value: micros('among 1000'), unit: 'µs' },
    { what: 'find and decide, 1 000 of 1 000 000 organizations call', value: micros('among 1000000'), unit: 'µs' },
    {
      what: '  a million organizations, of which 1 000 call, beside 1 000',
      value: ratio('among 1000000', 'among 1000'),
      unit: '×',
      target: 1.3,
    },
    { what: 'load and decide, all of 1 000 000 organizations call in turn', value: micros('spread'), unit: 'µs' },
    { what: '  a million organizations, all of which call, beside 1 000', value: ratio('spread', 'among 1000'), unit: '×', target: 1.3 },
    ...SIZES.flatMap((size) => [
      { what: `read ${size} tools`, value: micros(`read ${size}`) / 1_000, unit: 'ms' },
      { what: `compile ${size} tools`, value: micros(`compile ${size}`) / 1_000, unit: 'ms' },
    ]),
  ];
}

/** Nanoseconds of each step: the median of rounds in which all take turns, so that what else the machine does hits all alike. */
function measure(steps: Record<string, () => number>): Map<string, number> {
  const taken = new Map(Object.keys(steps).map((name) => [name, [] as number[]]));
  for (const step of Object.values(steps)) step();
  for (let round = 0; round < ROUNDS; round++) for (const [name, step] of Object.entries(steps)) taken.get(name)!.push(step());
  return new Map([...taken].map(([name, values]) => [name, median(values)]));
}

/** Nanoseconds of one of `times` runs. */
function timed(run: () => unknown, times: number): number {
  const begin = process.hrtime.bigint();
  for (let index = 0; index < times; index++) run();
  return Number(process.hrtime.bigint() - begin) / times;
}

function perCall(policy: CompiledPolicy, calls: readonly PolicyCall[], times: number): number {
  let next = 0;
  return timed(() => {
    next = (next + 7) % calls.length;
    return decide(policy, calls[next]!);
  }, times);
}

function perOrganization(names: readonly string[], policyOf: (name: string) => CompiledPolicy, times: number): number {
  let next = Math.floor(Math.random() * names.length);
  const calls = callsOf(20);
  return timed(() => {
    next = (next + 4_099) % names.length;
    return decide(policyOf(names[next]!), calls[next % calls.length]!);
  }, times);
}

/** The gateway's store after `count` organizations have called; now a thousand of them do, for the others are asleep. */
function store(count: number) {
  const kept = new Lru<string, CompiledPolicy>(KEPT);
  const nameOf = (index: number) => `organization-${index}`;
  const names = Array.from({ length: 1_000 }, (_, index) => nameOf(index * (count / 1_000)));
  // Which policies those are that were forgotten again does not matter, so they are not made.
  const other = read(documentOf(20));
  for (let index = 0; index < count; index++) kept.set(nameOf(index), other);
  const policyOf = (name: string): CompiledPolicy => {
    const known = kept.get(name);
    if (known && known !== other) return known;
    const made = read(documentOf(20, name));
    kept.set(name, made);
    return made;
  };
  for (const name of names) policyOf(name);
  return { count, names, policyOf };
}

/** Every call is of another organization, so that nearly none is kept. */
function spreadOver(count: number) {
  const kept = new Lru<string, CompiledPolicy>(KEPT);
  const names = Array.from({ length: count }, (_, index) => `organization-${index}`);
  const policyOf = (name: string): CompiledPolicy => {
    const made = kept.get(name) ?? read(documentOf(20, name));
    kept.set(name, made);
    return made;
  };
  return { names, policyOf };
}

function read(source: string): CompiledPolicy {
  const result = readPolicy(source);
  if (!result.ok) throw new Error(result.errors[0]!.message);
  return compilePolicy(result.document);
}

/** Rules as people write them: some bare, some with a limit, some with conditions. */
function documentOf(size: number, label = ''): string {
  const rule = (index: number) =>
    [
      {},
      { limits: [{ counter: `calls_${index}`, window: 'minute', max: 30 }] },
      {
        require: [{ path: 'args.model', op: 'in', value: ['small-1', 'small-2', label] }],
        limits: [{ counter: 'spend', window: 'day', max: 500, by: 'args.amount' }],
      },
      {
        deny_if: [
          {
            conditions: [
              { path: 'args.branch', op: 'eq', value: 'main' },
              { path: 'args.force', op: 'eq', value: true },
            ],
          },
        ],
      },
    ][index % 4];
  const tools = Object.fromEntries(Array.from({ length: size }, (_, index) => [`tool_${index}`, rule(index)]));
  return JSON.stringify({
    version: '1',
    default: 'deny',
    hide: ['delete_*'],
    all_tools: { limits: [{ counter: 'all', window: 'hour', max: 1_000 }] },
    tools,
  });
}

function callsOf(size: number): PolicyCall[] {
  return Array.from({ length: size }, (_, index) => ({
    tool: { name: `tool_${index}`, category: 'Write', risk: 'Medium', annotations: {}, state: 'active' },
    args: { model: 'small-2', amount: 1.25, branch: 'feature', force: false },
    grant: { label: 'agent-1', tags: ['agent'] },
    client: { name: 'a client' },
    paused: null,
  }));
}

/** Of the heap, for each of some compiled policies that have decided a call of every tool. */
function kilobytes(): number {
  const calls = callsOf(20);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const made = Array.from({ length: 500 }, (_, index) => read(documentOf(20, String(index))));
  for (const policy of made) for (const call of calls) decide(policy, call);
  collect();
  return Math.max(0, process.memoryUsage().heapUsed - before) / made.length / 1_024;
}
