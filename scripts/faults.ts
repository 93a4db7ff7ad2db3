/**
 * `npm run faults`: kills, freezes, slows, fills and empties what Toolgate stands on while it works, and prints what held. Ends with 1
 * when something did not. `npm run faults -- --only crash` runs one part; `--trials N`, `--calls N` shorten it.
 */
import { parseArgs } from 'node:util';
import { crashFigures } from './faults/crash.ts';
import { type Figure, print } from './faults/figure.ts';
import { limitFigures } from './faults/limits.ts';
import { outageFigures } from './faults/outages.ts';
import { revocationFigures } from './faults/revocation.ts';
import { type Stack, startStack } from './faults/stack.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, trials: { type: 'string', default: '1000' }, calls: { type: 'string', default: '10000' } },
});

const parts: Record<string, { title: string; gateways: number; run(stack: Stack): Promise<Figure[]> }> = {
  limits: { title: 'Limits (figure 3)', gateways: 4, run: limitFigures },
  revocation: {
    title: 'Revoke, pause, policy edit (figure 4)',
    gateways: 2,
    run: (stack) => revocationFigures(stack, Number(values.trials)),
  },
  crash: { title: 'Crashes (figure 5)', gateways: 3, run: (stack) => crashFigures(stack, Number(values.calls)) },
  outages: { title: 'Outages (figure 12)', gateways: 1, run: outageFigures },
};

const chosen = values.only === undefined ? Object.keys(parts) : values.only.split(',');
for (const name of chosen)
  if (!parts[name]) {
    console.error(`There is no part ${name}: choose from ${Object.keys(parts).join(', ')}.`);
    process.exit(1);
  }

let failed = false;
let running: Stack | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(1)));
for (const name of chosen) {
  const part = parts[name] as (typeof parts)[string];
  const stack = await startStack({ gateways: part.gateways });
  running = stack;
  try {
    const figures = await part.run(stack);
    print(part.title, figures);
    failed ||= figures.some(({ holds }) => !holds);
  } finally {
    await stack.stop();
  }
}
process.exit(failed ? 1 : 0);
