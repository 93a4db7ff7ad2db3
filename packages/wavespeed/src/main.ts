/** WavespeedMCP over standard input and output: with WAVESPEED_API_KEY it asks WaveSpeed, without it draws locally. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { generateLocally } from './demo/generate-locally.ts';
import { readEnv } from './env.ts';
import { createRestGenerator } from './rest/rest-generator.ts';
import { createWavespeedServer } from './server.ts';

const { apiKey, baseUrl } = readEnv(process.env);
const server = apiKey
  ? createWavespeedServer(createRestGenerator({ apiKey, baseUrl }), 'Makes images and videos with WaveSpeed AI. Each call is billed.')
  : createWavespeedServer(
      generateLocally,
      'Demo: images and animations are drawn on this machine from the prompt. No key, no network, no cost.',
    );

// Whoever started this process is gone: a generation in progress must not keep it alive.
process.stdin.once('end', () => process.exit(0));
process.stdin.once('close', () => process.exit(0));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
await server.connect(new StdioServerTransport());
