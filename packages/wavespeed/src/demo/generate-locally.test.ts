import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { readOrder } from '../arguments.ts';
import type { Generated } from '../result.ts';
import { decodeInput } from './decode-input.ts';
import { generateLocally } from './generate-locally.ts';

const make = (tool: string, args: Record<string, unknown>): Promise<Generated> =>
  generateLocally(readOrder(tool, args)!, { signal: new AbortController().signal, progress: async () => {} });
const bytesOf = async (tool: string, args: Record<string, unknown>) => Buffer.from((await make(tool, args)).pictures[0]!.bytes);
const decode = (bytes: Buffer) => PNG.sync.read(bytes);
const colours = ({ data }: PNG) => new Set(Array.from({ length: data.length / 4 }, (_, i) => data.readUInt32BE(i * 4))).size;

describe('text_to_image', () => {
  test('draws a real PNG of many colours, the same each time, another for another prompt or seed', async () => {
    const first = await bytesOf('text_to_image', { prompt: 'a lighthouse at dusk' });
    expect(decode(first)).toMatchObject({ width: 448, height: 448 });
    expect(colours(decode(first))).toBeGreaterThan(1000);
    expect(await bytesOf('text_to_image', { prompt: 'a lighthouse at dusk', seed: -1 })).toEqual(first);
    expect(await bytesOf('text_to_image', { prompt: 'a lighthouse at dusk', seed: 7 })).not.toEqual(first);
    expect(await bytesOf('text_to_image', { prompt: 'a lighthouse at dawn' })).not.toEqual(first);
  });

  test('is at most 150 KB, whatever the prompt', async () => {
    for (let i = 0; i < 24; i++) expect((await bytesOf('text_to_image', { prompt: `thing number ${i}` })).length).toBeLessThan(150_000);
  });

  test.each([
    ['640*320', 640, 320],
    ['1*99999', 64, 1024],
    ['200x100', 200, 100],
    ['large', 448, 448],
    ['-5*10', 448, 448],
  ])('size %s becomes %i × %i', async (size, width, height) => {
    expect(decode(await bytesOf('text_to_image', { prompt: 'x', size }))).toMatchObject({ width, height });
  });

  test('several images differ, and there are never more than four', async () => {
    const { pictures } = await make('text_to_image', { prompt: 'x', size: '64*64', num_images: 99 });
    expect(new Set(pictures.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(4);
  });

  test('an empty prompt is an error of the generation', async () => {
    expect(await make('text_to_image', { prompt: ' ' })).toMatchObject({ pictures: [], error: 'Give a prompt.' });
  });
});

/** Black on the left, white on the right. */
function halves(width: number, height: number): Buffer {
  const png = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) png.data.writeUInt32BE(i % width < width / 2 ? 0x000000ff : 0xffffffff, i * 4);
  return PNG.sync.write(png);
}

describe('image_to_image', () => {
  const ask = (image: string, prompt: string, images: string[] = []) => bytesOf('image_to_image', { image, images, prompt });

  test.each(['pixel art', 'comic poster', 'invert it', 'ocean', 'like a rose', 'x'])(
    '"%s" keeps what the input shows, and changes it',
    async (prompt) => {
      const given = halves(120, 80);
      const made = decode(await ask(`data:image/png;base64,${given.toString('base64')}`, prompt));
      expect(made).toMatchObject({ width: 120, height: 80 });
      expect(made.data).not.toEqual(decode(given).data);
      const at = (x: number) => [...made.data.subarray((40 * 120 + x) * 4, (40 * 120 + x) * 4 + 3)];
      const difference = at(10).reduce((sum, value, channel) => sum + Math.abs(value - at(110)[channel]!), 0);
      expect(difference).toBeGreaterThan(100);
    },
  );

  test('takes bare base64 and the first readable of several images, and shrinks large ones', async () => {
    const given = halves(1200, 600).toString('base64');
    expect(decode(await ask('', 'x', ['https://example.com/a.png', given]))).toMatchObject({ width: 512, height: 256 });
  });

  test('an address is never fetched: its text decides the picture', async () => {
    const one = await ask('http://127.0.0.1:1/a.png', 'x');
    expect(decode(one)).toMatchObject({ width: 448 });
    expect(await ask('http://127.0.0.1:1/a.png', 'x')).toEqual(one);
    expect(await ask('http://127.0.0.1:1/b.png', 'x')).not.toEqual(one);
  });

  test('a PNG that is huge, only claims to be, or is broken, is not inflated', async () => {
    // Whole and right, with more pixels than are read: only its size keeps it from becoming the picture.
    expect(decodeInput(halves(2100, 2100).toString('base64'))).toBeNull();
    const bomb = halves(8, 8);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    expect(decode(await ask(bomb.toString('base64'), 'x'))).toMatchObject({ width: 448 });
    expect(decode(await ask(halves(64, 64).subarray(0, 60).toString('base64'), 'x'))).toMatchObject({ width: 448 });
  });
});

describe('generate_video', () => {
  test.each([['http://x/y.png'], [halves(300, 200).toString('base64')]])('makes a GIF of moving frames, at most 300 KB', async (image) => {
    const gif = await bytesOf('generate_video', { image, prompt: 'midnight ocean' });
    expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
    expect(gif.length).toBeLessThan(300_000);
    expect(gif.toString('latin1').split('\x21\xf9\x04').length - 1).toBe(16);
    expect(await bytesOf('generate_video', { image, prompt: 'midnight ocean' })).toEqual(gif);
    expect(await bytesOf('generate_video', { image, prompt: 'desert' })).not.toEqual(gif);
  });
});
