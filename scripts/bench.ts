/**
 * `npm run bench -- policy`: measures one thing and prints its table; without a name, everything in turn. What comes after a name is for
 * that bench. A bench is not a test: nothing of the test suite depends on speed.
 */
interface Bench {
  measures: string;
  run(args: string[]): Promise<unknown>;
}

const BENCHES: Record<string, Bench> = {
  policy: { measures: 'reading, compiling and deciding', run: async () => (await import('./bench/policy.ts')).run() },
  'strict-json': { measures: 'the strict reader beside JSON.parse', run: async () => (await import('./bench/strict-json.ts')).run() },
  gateway: {
    measures: 'a call through the gateway, beside a pass-through proxy',
    run: async (args) => (await import('./bench/gateway.ts')).run(args),
  },
  drain: { measures: 'audit events into PostgreSQL', run: async (args) => (await import('./bench/drain.ts')).run(args) },
  explorer: { measures: 'reads of the audit explorer', run: async (args) => (await import('./bench/explorer.ts')).run(args) },
  replay: { measures: 'recorded calls decided again with a draft', run: async () => (await import('./bench/replay.ts')).run() },
  'policy-activity': {
    measures: 'what a policy did, among a million events',
    run: async () => (await import('./bench/policy-activity.ts')).run(),
  },
  'idle-streams': {
    measures: 'memory of a gateway that holds open streams',
    run: async (args) => (await import('./bench/idle-streams.ts')).run(args),
  },
};

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(BENCHES, name)) {
  const known = Object.entries(BENCHES).map(([each, { measures }]) => `  ${each.padEnd(12)} ${measures}`);
  console.error(`There is no bench "${name}". These are:\n${known.join('\n')}`);
  process.exitCode = 1;
} else {
  for (const each of name === undefined ? Object.keys(BENCHES) : [name]) {
    console.log(`# ${each}: ${BENCHES[each]!.measures}\n`);
    await BENCHES[each]!.run(args);
    console.log('');
  }
}
