import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, 'main.ts');
let client: Client;
let folder: string;

interface Answer {
  content: { type: string; text: string; data: string; mimeType: string }[];
  isError?: boolean;
}
const call = async (name: string, args: Record<string, unknown>, options = {}) =>
  (await client.callTool({ name, arguments: args }, undefined, options)) as unknown as Answer;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'wavespeed-'));
  const transport = new StdioClientTransport({ command: process.execPath, args: [MAIN], cwd: folder, env: { HOME: folder } });
  client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
});

afterEach(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

test('lists the three tools with the parameters that policies are written for', async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name, inputSchema }) => [name, inputSchema.required, Object.keys(inputSchema.properties ?? {}).length])).toEqual([
    ['text_to_image', ['prompt'], 11],
    ['image_to_image', ['image', 'images', 'prompt'], 8],
    ['generate_video', ['image', 'prompt'], 14],
  ]);
  expect(tools[0]!.inputSchema.properties).toMatchObject({
    size: { type: 'string', default: '1024*1024' },
    seed: { type: 'integer', default: -1 },
    model: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
  });
  for (const { annotations } of tools) expect(annotations).toMatchObject({ readOnlyHint: false, destructiveHint: false });
});

test('answers with the JSON of the original and the image itself', async () => {
  const { content, isError } = await call('image_to_image', { image: 'https://example.com/cat.png', images: [], prompt: 'a fox' });
  const body = JSON.parse(content[0]!.text);
  expect(isError).toBeFalsy();
  expect(body).toMatchObject({
    status: 'success',
    urls: [],
    local_files: [],
    error: null,
    processing_time: expect.any(Number),
    model: expect.any(String),
  });
  expect(body.base64).toEqual([{ mime_type: 'image/png', index: 0 }]);
  expect(content[1]).toMatchObject({ type: 'image', mimeType: 'image/png' });
  expect(PNG.sync.read(Buffer.from(content[1]!.data, 'base64')).width).toBeGreaterThan(64);
});

test('a video is a GIF, with progress before it', async () => {
  const seen: number[] = [];
  const onprogress = ({ progress }: { progress: number }) => seen.push(progress);
  const { content } = await call('generate_video', { image: 'x', prompt: 'sea' }, { onprogress });
  expect(content[1]).toMatchObject({ type: 'image', mimeType: 'image/gif' });
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test.each([
  [{}, '- prompt: required'],
  [{ prompt: 5 }, 'prompt: Invalid input: expected string, received number'],
  [{ prompt: 'x', seed: 1.5 }, 'seed'],
  [{ prompt: 'x', promt: 'y' }, 'promt'],
  [{ prompt: 'x', loras: 'y' }, 'loras'],
])('arguments %j are a tool error that says what is wrong', async (args, message) => {
  const { content, isError } = await call('text_to_image', args);
  expect(isError).toBe(true);
  expect(content[0]!.text).toContain(message);
});

test('an unknown tool is a protocol error', async () => {
  await expect(client.callTool({ name: 'rm', arguments: {} })).rejects.toMatchObject({ code: -32602 });
});

test('nothing is written where an argument says', async () => {
  const { content } = await call('text_to_image', { prompt: 'x', size: '64*64', output_directory: folder, request_id: '../x' });
  expect(JSON.parse(content[0]!.text)).toMatchObject({ status: 'success', local_files: [] });
  expect(readdirSync(folder)).toEqual([]);
});

test('the process ends by itself when its input ends', async () => {
  const child = spawn(process.execPath, [MAIN], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'], env: { HOME: folder } });
  try {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    await once(child.stdout, 'data'); // it serves
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
