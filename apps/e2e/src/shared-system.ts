/** One system and one `server-everything` for all browser tests; each test makes an organization of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { freePort, until } from '@toolgate/embedded/process';
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

async function startEverything(): Promise<{ port: number; process: ChildProcess }> {
  const port = await freePort();
  const main = require.resolve('@modelcontextprotocol/server-everything/dist/index.js');
  const child = spawn(process.execPath, [main, 'streamableHttp'], { env: { PATH: process.env.PATH, PORT: String(port) }, stdio: 'ignore' });
  await until(() => fetch(`http://127.0.0.1:${port}/mcp`), 'server-everything', 20_000);
  return { port, process: child };
}
