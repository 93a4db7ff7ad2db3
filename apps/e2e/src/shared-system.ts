/** One system and one `server-everything` for all browser tests; each test makes an organization of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { freePort } from '@toolgate/embedded/process';
import { end, newDataFolder, removeDataFolder, startSystem } from './system.ts';

const require = createRequire(import.meta.url);

export default async function setup(): Promise<() => Promise<void>> {
  const everything = await startEverything();
  const dataFolder = newDataFolder();
  const env = {
    TOOLGATE_EGRESS_ALLOW: `127.0.0.1:${everything.port}`,
    // A mail server that is away: nobody listens there.
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Toolgate <toolgate@example.com>',
    // The answer comes from a test, however long a page takes on a busy machine.
    GATEWAY_APPROVAL_HOLD_MS: '300000',
  };
  const system = await startSystem({ dataFolder, env }).catch(async (error) => {
    await end(everything.process, 'SIGTERM');
    throw error;
  });
  process.env.E2E_SYSTEM = JSON.stringify({
    dashboardUrl: system.dashboardUrl,
    gatewayUrl: system.gatewayUrl,
    dataFolder,
    everythingUrl: `http://127.0.0.1:${everything.port}/mcp`,
  });
  return async () => {
    await system.stop();
    await end(everything.process, 'SIGTERM');
    removeDataFolder(dataFolder);
  };
}

const TRIES = 5;

/** It has to be told its port, which somebody may take before it does: it then ends, and is started at another one. */
async function startEverything(): Promise<{ port: number; process: ChildProcess }> {
  const main = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
  let said = '';
  for (let tries = 0; tries < TRIES; tries++) {
    const port = await freePort();
    const env = { PATH: process.env.PATH, PORT: String(port) };
    const child = spawn(process.execPath, [main, 'streamableHttp'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    said = '';
    const listens = await new Promise<boolean>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (chunk) => {
        said += chunk;
        if (said.includes(`listening on port ${port}`)) resolve(true);
      });
      child.once('close', () => resolve(false));
    });
    if (listens) return { port, process: child };
  }
  throw new Error(`server-everything did not start: ${said}`);
}
