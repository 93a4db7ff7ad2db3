/** The picture that a caller gave, when it is a PNG in base64. Addresses are never fetched. */
import { PNG } from 'pngjs';
import type { Bitmap } from './canvas.ts';
import { within } from './size.ts';

const MOST_PIXELS = 4_194_304;
const LONGEST_SIDE = 512;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** At most 512 pixels a side; null when it is not a PNG that can be read, or has more than 4 million pixels. */
export function decodeInput(image: string): Bitmap | null {
  const base64 = image.replace(/^data:image\/png;base64,/, '');
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64)) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(SIGNATURE)) return null;
  // The header is believed before anything is inflated: a few bytes can claim gigabytes.
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS) return null;
  try {
    const { width, height, data } = PNG.sync.read(bytes);
    return shrink({ width, height, rgba: data });
  } catch {
    return null;
  }
}

/** Averages the pixels that fall together. */
function shrink(source: Bitmap): Bitmap {
  const { width, height } = within(source, LONGEST_SIDE);
  if (width === source.width && height === source.height) return source;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) average(source, x / width, y / height, (x + 1) / width, (y + 1) / height, rgba, (y * width + x) * 4);
  }
  return { width, height, rgba };
}

function average(source: Bitmap, left: number, top: number, right: number, bottom: number, target: Uint8Array, at: number): void {
  const sum = [0, 0, 0, 0];
  let count = 0;
  for (
    let y = Math.floor(top * source.height);
    y < Math.max(Math.floor(top * source.height) + 1, Math.floor(bottom * source.height));
    y++
  ) {
    for (
      let x = Math.floor(left * source.width);
      x < Math.max(Math.floor(left * source.width) + 1, Math.floor(right * source.width));
      x++
    ) {
      for (let channel = 0; channel < 4; channel++) sum[channel]! += source.rgba[(y * source.width + x) * 4 + channel]!;
      count++;
    }
  }
  for (let channel = 0; channel < 4; channel++) target[at + channel] = sum[channel]! / count;
}
