import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOrder } from '../arguments.ts';
import type { GenerateContext } from '../server.ts';
import { createRestGenerator } from './rest-generator.ts';

const KEY = 'canary-key-93f1';
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

interface Seen {
  method: string;
  url: string;
  authorization: string | undefined;
  body: Record<string, unknown> | null;
}

/** Behaves as WaveSpeed does; each test says how generations go. */
let api: Server;
let seen: Seen[];
let polls: number;
let onSubmit: (response: ServerResponse) => void;
let onPoll: (response: ServerResponse, poll: number) => void;

const answer = (response: ServerResponse, data: unknown, code = 200, status = code, message = 'success') =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code, message, data }));
const prediction = (status: string, outputs: string[] = [], error = '') => ({ id: 'p-1', model: 'm', status, outputs, error, urls: {} });

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { method = '', url = '', headers } = request;
  seen.push({ method, url, authorization: headers.authorization, body: text ? JSON.parse(text) : null });
  if (headers.authorization !== `Bearer ${KEY}`) answer(response, null, 401, 401, `bad key ${headers.authorization}`);
  else if (method === 'POST') onSubmit(response);
  else onPoll(response, ++polls);
}

beforeEach(async () => {
  seen = [];
  polls = 0;
  onSubmit = (response) => answer(response, prediction('created'));
  onPoll = (response, poll) =>
    answer(response, poll < 3 ? prediction('processing') : prediction('completed', ['https://cdn.example/1.png']));
  api = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  // A connection that is idle stays: one that ended while a request was on its way would lose it.
  api.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

interface Given {
  tool?: string;
  args?: Record<string, unknown>;
  apiKey?: string;
  giveUpAfter?: number;
  context?: Partial<GenerateContext>;
}

function generate({ tool = 'text_to_image', args = { prompt: 'a fox' }, apiKey = KEY, giveUpAfter = 60_000, context = {} }: Given = {}) {
  const baseUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/v3`;
  const make = createRestGenerator({ apiKey, baseUrl, pollEvery: 5, giveUpAfter });
  return make(readOrder(tool, args)!, { signal: new AbortController().signal, progress: async () => {}, ...context });
}

describe('a generation that goes well', () => {
  test('is submitted with the key, asked for until it is done, and answered with its addresses', async () => {
    const steps: number[] = [];
    const result = await generate({ context: { progress: async ({ progress }) => void steps.push(progress) } });
    expect(result).toEqual({ model: 'wavespeed-ai/flux-dev', urls: ['https://cdn.example/1.png'], pictures: [], error: null });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/v3/wavespeed-ai/flux-dev',
      ...Array(3).fill('GET /api/v3/predictions/p-1/result'),
    ]);
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${KEY}`]));
    expect(seen[0]!.body).toMatchObject({ prompt: 'a fox', size: '1024*1024', num_inference_steps: 28, guidance_scale: 3.5, seed: -1 });
    expect(seen[0]!.body).not.toHaveProperty('output_directory');
    expect(steps).toEqual([0, 1, 2]);
  });

  test.each([
    [
      'image_to_image',
      { image: 'https://x/a.png', images: ['https://x/b.png'] },
      'wavespeed-ai/flux-kontext-pro',
      { image: 'https://x/a.png', images: ['https://x/a.png', 'https://x/b.png'] },
    ],
    [
      'generate_video',
      { image: 'https://x/a.png' },
      'wavespeed-ai/wan-2.1/i2v-480p-lora',
      { image: 'https://x/a.png', duration: 5, size: '832*480' },
    ],
  ])('%s goes to its model with its images', async (tool, args, model, body) => {
    await generate({ tool, args: { prompt: 'x', ...args } });
    expect(seen[0]).toMatchObject({ url: `/api/v3/${model}`, body });
  });

  test('a picture that comes as data is handed on as a picture', async () => {
    onPoll = (response) => answer(response, prediction('completed', [`data:image/png;base64,${PIXEL}`]));
    expect((await generate()).pictures).toEqual([{ mimeType: 'image/png', bytes: Buffer.from(PIXEL, 'base64') }]);
  });
});

describe('a generation that does not go well is a result with an error, and never shows the key', () => {
  const errorOf = async (given: Given = {}) => {
    const result = await generate(given);
    expect(JSON.stringify(result)).not.toContain('canary');
    expect(result).toMatchObject({ urls: [], pictures: [] });
    return result.error;
  };

  test('it failed', async () => {
    onPoll = (response) => answer(response, prediction('failed', [], 'NSFW content'));
    expect(await errorOf()).toBe('WaveSpeed could not generate it: NSFW content');
  });

  test('the key is refused', async () => {
    expect(await errorOf({ apiKey: 'canary-wrong' })).toBe('WaveSpeed refused the API key (401). Set another one.');
    expect(seen).toHaveLength(1);
  });

  test('the answer makes no sense', async () => {
    onSubmit = (response) => void response.end('<html>');
    expect(await errorOf()).toBe('WaveSpeed answered something that is not a prediction.');
    onSubmit = (response) => answer(response, { id: '../../evil', status: 'created' });
    expect(await errorOf()).toBe('WaveSpeed answered something that is not a prediction.');
    expect(seen.every(({ method }) => method === 'POST')).toBe(true);
  });

  test('the service refuses within a 200, is busy, redirects, or hangs up', async () => {
    onSubmit = (response) => answer(response, null, 402, 200, 'insufficient credits');
    expect(await errorOf()).toBe('WaveSpeed refused the request (402): insufficient credits');
    onSubmit = (response) => answer(response, null, 429, 429, 'slow down');
    expect(await errorOf()).toBe('WaveSpeed is not available (429): slow down');
    onSubmit = (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    expect(await errorOf()).toContain('could not be reached');
    onSubmit = (response) => void response.destroy();
    expect(await errorOf()).toContain('could not be reached');
    expect(seen).toHaveLength(4);
  });

  test('it is never done', async () => {
    onPoll = (response) => answer(response, prediction('processing'));
    expect(await errorOf({ giveUpAfter: 60 })).toBe('WaveSpeed was not done after 0.06 seconds.');
  });

  test('there is no output', async () => {
    onPoll = (response) => answer(response, prediction('completed', []));
    expect(await errorOf()).toBe('WaveSpeed answered without any output.');
  });

  test.each(['../../predictions/x', 'a', 'https://evil/x', 'a/b?x=1', 'a/..', '//evil/x'])(
    'the model %s is refused before anything is sent',
    async (model) => {
      expect(await errorOf({ args: { prompt: 'x', model } })).toContain('is not the name of a WaveSpeed model');
      expect(seen).toHaveLength(0);
    },
  );

  test.each(['/etc/passwd', 'file:///etc/passwd', ''])('the input image %s is refused before anything is sent', async (image) => {
    expect(await errorOf({ tool: 'image_to_image', args: { prompt: 'x', image, images: [] } })).toMatch(/input image/);
    expect(seen).toHaveLength(0);
  });
});

test('a poll that fails now and then is repeated; the submission never is', async () => {
  onPoll = (response, poll) =>
    poll % 2
      ? answer(response, null, 503, 503)
      : answer(response, poll < 6 ? prediction('processing') : prediction('completed', ['https://x/1']));
  expect((await generate()).urls).toEqual(['https://x/1']);
  expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('a cancelled call stops asking', async () => {
  const cancel = new AbortController();
  onPoll = (response, poll) => {
    if (poll === 3) cancel.abort();
    answer(response, prediction('processing'));
  };
  await expect(generate({ context: { signal: cancel.signal } })).rejects.toThrow(/abort/i);
  expect(polls).toBe(3);
  // Another one, that is asked for ten times more: the cancelled one would have been too.
  onSubmit = (response) => answer(response, { ...prediction('created'), id: 'p-2' });
  onPoll = (response, poll) => answer(response, poll < 13 ? prediction('processing') : prediction('completed', ['https://x/1']));
  await generate();
  const asked = (id: string) => seen.filter(({ url }) => url.includes(`/predictions/${id}/`)).length;
  expect([asked('p-1'), asked('p-2')]).toEqual([3, 10]);
});
