/**
 * `npm run conformance [-- <revision> …] [--address server|organization] [--output <folder>]`: the conformance suite against an upstream
 * of our own, directly and through the gateway, side by side. Ends with 1 when they differ or something that a revision requires fails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareRuns } from '../apps/gateway/src/testing/conformance/compare-runs.ts';
import { type ConformanceGateway, startConformanceGateway } from '../apps/gateway/src/testing/conformance/conformance-gateway.ts';
import { REVISIONS, type Revision, runSuite } from '../apps/gateway/src/testing/conformance/run-suite.ts';
import { renderComparison } from './conformance/render-comparison.ts';
import startServices from './test-services.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { address: { type: 'string', default: 'server' }, output: { type: 'string' } },
});

function settings(): { revisions: readonly Revision[]; address: 'server' | 'organization' } {
  const unknown = positionals.filter((name) => !REVISIONS.includes(name as Revision));
  if (unknown.length > 0) throw new Error(`Not a revision: ${unknown.join(', ')}. There are ${REVISIONS.join(' and ')}.`);
  const { address } = values;
  if (address !== 'server' && address !== 'organization') throw new Error(`--address is server or organization, not ${address}.`);
  return { revisions: positionals.length > 0 ? (positionals as Revision[]) : REVISIONS, address };
}

async function main(): Promise<number> {
  const chosen = settings();
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'toolgate-conformance-'));
  const stopServices = await startServices();
  try {
    const running = await startConformanceGateway();
    try {
      return await compareAll(running, chosen, values.output ?? scratch);
    } finally {
      await running.stop();
    }
  } finally {
    await stopServices();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function compareAll(
  running: ConformanceGateway,
  { revisions, address }: ReturnType<typeof settings>,
  folder: string,
): Promise<number> {
  let code = 0;
  for (const revision of revisions) {
    // One after the other: what one run does to the upstream would be seen by the other.
    const direct = await runSuite(revision, running.direct, path.join(folder, revision, 'direct'));
    const through = await runSuite(revision, running.through[address], path.join(folder, revision, address));
    const comparison = compareRuns(revision, direct, through);
    console.log(renderComparison(comparison));
    if (comparison.differing.length + comparison.failedRequirements.length > 0) code = 1;
  }
  return code;
}

process.exit(
  await main().catch((error: Error) => {
    console.error(error.message);
    return 1;
  }),
);
