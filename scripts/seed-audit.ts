/** `npm run seed:audit -- --org acme --events 1000000`: fills an organization's audit log, to try the explorer on. */
import { parseArgs } from 'node:util';
import { findDatabase } from './seed-audit/find-database.ts';
import { SeedError, seedEvents } from './seed-audit/seed-events.ts';
import { StartError } from './start/settings.ts';

const USAGE = 'Usage: npm run seed:audit -- --org <slug> --events <number> [--days <number, 30 unless told>]';

function readArguments(): { organization: string; events: number; days: number } {
  const { values } = parseArgs({
    options: { org: { type: 'string' }, events: { type: 'string' }, days: { type: 'string', default: '30' } },
  });
  const [events, days] = [Number(values.events), Number(values.days)];
  if (!values.org || !isWhole(events, 50_000_000) || !isWhole(days, 365)) throw new SeedError(USAGE);
  return { organization: values.org, events, days };
}

const isWhole = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;

async function seed(): Promise<void> {
  const wanted = readArguments();
  const databaseUrl = await findDatabase(process.env);
  const begin = Date.now();
  const line = (written: number) => {
    const seconds = (Date.now() - begin) / 1000;
    const left = Math.round((seconds / written) * (wanted.events - written));
    return `${written.toLocaleString('en')} of ${wanted.events.toLocaleString('en')} events, ${Math.round(written / seconds).toLocaleString('en')} a second, ${left} s left`;
  };
  const onProgress = (written: number) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line(written)}`);
    else console.log(line(written));
  };
  await seedEvents({ databaseUrl, ...wanted, onProgress });
  console.log(
    `${process.stdout.isTTY ? '\n' : ''}Done in ${((Date.now() - begin) / 1000).toFixed(1)} s. They are in the audit log of “${wanted.organization}”.`,
  );
}

try {
  await seed();
} catch (error) {
  const known =
    error instanceof SeedError || error instanceof StartError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(known ? (error as Error).message : error);
  process.exit(1);
}
