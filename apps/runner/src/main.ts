/** Runs managed MCP servers for organizations and offers each as Streamable HTTP to the gateway. */
import { readEnv } from './env.ts';
import { type Runner, startRunner } from './runner.ts';

let runner: Runner;
try {
  runner = await startRunner(readEnv());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
for (const warning of runner.warnings) console.error(`warning: ${warning}`);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void runner.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
console.log(`ready ${runner.url}`);
