import { readSettings, type Settings } from './env.ts';
import { startGateway } from './wiring.ts';

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    console.error(`The gateway cannot start:\n${(error as Error).message}`);
    process.exit(1);
  }
}

/** One JSON line on stderr for what no caller and no audit event tells. */
function log(event: string, detail: Record<string, unknown>): void {
  console.error(JSON.stringify({ at: new Date().toISOString(), event, ...detail }));
}

function fail(error: unknown): never {
  console.error(`The gateway cannot run: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

const settings = settingsOrExit();
if (settings.egressAllow.length > 0) log('egress_allow', { warning: 'private addresses may be reached', places: settings.egressAllow });
const running = await startGateway(settings, log, fail).catch(fail);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void running.stop().then(() => process.exit(0), fail);
  });
}
process.on('unhandledRejection', (reason) => log('unhandled_rejection', { reason: String(reason) }));
console.log(`ready ${running.url}`);
