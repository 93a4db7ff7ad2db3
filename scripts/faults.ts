/**
 * `npm run faults`: kills, freezes, slows, fills and empties what Toolgate stands on while it works, and prints what held. Ends with 1
 * when something did not. `npm run faults -- --only crash` runs one part; `--trials N`, `--calls N` shorten it.
 */
import { parseArgs } from 'node:util';
import { crashFigures } from './faults/crash.ts';
import { type Figure, figure, print } from './faults/figure.ts';
import { limitFigures } from './faults/limits.ts';
import { outageFigures } from './faults/outages.ts';
import { revocationFigures } from './faults/revocation.ts';
import { type Stack, startStack } from './faults/stack.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, trials: { type: 'string', default: '1000' }, calls: { type: 'string', default: '10000' } },
});

interface Part {
  title: string;
  gateways: number;
  run(stack: Stack): Promise<Figure[]>;
}

const parts: Record<string, Part> = {
  limits: { title: 'Figure 3: limits', gateways: 4, run: limitFigures },
  revocation: {
    title: 'Figure 4: revoke, pause, policy edit',
    gateways: 2,
    run: (stack) => revocationFigures(stack, Number(values.trials)),
  },
  crash: { title: 'Figure 5: crashes', gateways: 3, run: (stack) => crashFigures(stack, Number(values.calls)) },
  outages: { title: 'Figure 12: outages', gateways: 1, run: outageFigures },
};

const chosen = values.only === undefined ? Object.keys(parts) : values.only.split(',');
for (const name of chosen)
  if (!parts[name]) {
    console.error(`There is no part ${name}: choose from ${Object.keys(parts).join(', ')}.`);
    process.exit(1);
  }

let running: Stack | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(1)));

/** A part that breaks off has failed; the others are run all the same. */
async function runPart({ title, gateways, run }: Part): Promise<boolean> {
  try {
    const stack = await startStack({ gateways });
    running = stack;
    const figures = await run(stack).finally(stack.stop);
    print(title, figures);
    return figures.every(({ holds }) => holds);
  } catch (error) {
    print(title, [figure('the part ran to its end', (error as Error).stack ?? String(error), 'yes', false)]);
    return false;
  }
}

const held = new Map<string, boolean>();
for (const name of chosen) held.set(name, await runPart(parts[name] as Part));
console.log(`\n${chosen.map((name) => `${held.get(name) ? 'pass' : 'FAIL'}  ${parts[name]?.title}`).join('\n')}`);
process.exit([...held.values()].every(Boolean) ? 0 : 1);
