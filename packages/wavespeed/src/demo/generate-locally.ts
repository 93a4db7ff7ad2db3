/** Demo mode: draws what was ordered on this machine. The same order gives the same bytes. */
import { setImmediate } from 'node:timers/promises';
import type { GenerateVideo, ImageToImage, TextToImage } from '../arguments.ts';
import { failed, type Generated, type Picture } from '../result.ts';
import type { Generate, GenerateContext } from '../server.ts';
import { type Bitmap, paint } from './canvas.ts';
import { hashText } from './chance.ts';
import { decodeInput } from './decode-input.ts';
import { encodeGif, encodePng } from './encode.ts';
import { restyle } from './restyle.ts';
import { sceneOf } from './scene.ts';
import { readSize, type Size, within } from './size.ts';

const MODEL = 'toolgate-demo';
const DEFAULT_SIDE = 448;
const MOST_IMAGES = 4;
const FRAMES = 16;
const FRAME_DELAY = 90;
const VIDEO_SIDE = 256;

export const generateLocally: Generate = async (order, context) => {
  const { args, tool } = order;
  if (args.prompt.trim() === '') return failed(MODEL, 'Give a prompt.');
  switch (tool) {
    case 'text_to_image':
      return made(await textToImages(args, order.sizeGiven, context));
    case 'image_to_image':
      return made([await imageToImage(args, context)]);
    case 'generate_video':
      return made([await animation(args, context)]);
    default:
      return order satisfies never;
  }
};

const made = (pictures: Picture[]): Generated => ({ pictures, urls: [], model: MODEL, error: null });
const png = (bitmap: Bitmap): Picture => ({ bytes: encodePng(bitmap), mimeType: 'image/png' });

async function textToImages(args: TextToImage, sizeGiven: boolean, context: GenerateContext): Promise<Picture[]> {
  const { width, height } = sizeFor(args.size, sizeGiven, DEFAULT_SIDE);
  const total = Math.min(MOST_IMAGES, Math.max(1, args.num_images));
  const pictures: Picture[] = [];
  for (let index = 0; index < total; index++) {
    const seed = index === 0 ? seedOf(args.seed) : `${seedOf(args.seed)}/${index}`;
    pictures.push(png(paint(width, height, sceneOf(args.prompt, seed)(width, height, 0))));
    await step(context, index + 1, total, 'drawn');
  }
  return pictures;
}

/** A picture that can be read is restyled; otherwise what was given decides the scene and the prompt its colours. */
async function imageToImage(args: ImageToImage, context: GenerateContext): Promise<Picture> {
  const given = [args.image, ...args.images].filter((image) => image !== '');
  const source = given.map(decodeInput).find((bitmap) => bitmap !== null) ?? sceneBitmap(args.prompt, given.join('\0'));
  await step(context, 1, 2, 'input read');
  const picture = png(restyle(source, args.prompt));
  await step(context, 2, 2, 'restyled');
  return picture;
}

function sceneBitmap(prompt: string, given: string): Bitmap {
  return paint(DEFAULT_SIDE, DEFAULT_SIDE, sceneOf(prompt, `image ${hashText(given)}`)(DEFAULT_SIDE, DEFAULT_SIDE, 0));
}

/** A loop: a slow zoom over the given picture, or a scene in motion. */
async function animation(args: GenerateVideo, context: GenerateContext): Promise<Picture> {
  const source = args.image === '' ? null : decodeInput(args.image);
  const { width, height } = within(source ?? sizeFor(args.size, true, VIDEO_SIDE), VIDEO_SIDE);
  const styled = source && restyle(source, args.prompt);
  const scene = sceneOf(args.prompt, `video ${seedOf(args.seed)} ${hashText(args.image)}`);
  const frames: Bitmap[] = [];
  for (let index = 0; index < FRAMES; index++) {
    const moment = index / FRAMES;
    frames.push(styled ? zoomed(styled, width, height, moment) : paint(width, height, scene(width, height, moment)));
    await step(context, index + 1, FRAMES + 1, 'frame drawn');
  }
  const bytes = encodeGif(frames, FRAME_DELAY);
  await step(context, FRAMES + 1, FRAMES + 1, 'encoded');
  return { bytes, mimeType: 'image/gif' };
}

function zoomed(source: Bitmap, width: number, height: number, moment: number): Bitmap {
  const scale = 0.9 - 0.1 * Math.cos(moment * 2 * Math.PI);
  const from = (side: number, length: number, full: number) => Math.min(full - 1, Math.floor((0.5 + (side / length - 0.5) * scale) * full));
  return paint(width, height, (x, y, brush) => {
    const at = (from(y, height, source.height) * source.width + from(x, width, source.width)) * 4;
    brush.red = source.rgba[at]!;
    brush.green = source.rgba[at + 1]!;
    brush.blue = source.rgba[at + 2]!;
  });
}

/** -1 means any: the prompt alone then decides. */
const seedOf = (seed: number): string => (seed === -1 ? 'any' : String(seed));

function sizeFor(size: string, given: boolean, side: number): Size {
  return (given ? readSize(size) : null) ?? { width: side, height: side };
}

/** Tells how far it is, and lets other calls and a cancellation in: drawing keeps the thread busy. */
async function step({ signal, progress }: GenerateContext, done: number, total: number, message: string): Promise<void> {
  await progress({ progress: done, total, message });
  await setImmediate();
  signal.throwIfAborted();
}
