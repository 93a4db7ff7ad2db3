/** PNG and GIF out of pixels. */
import { createRequire } from 'node:module';
import { constants } from 'node:zlib';
import { PNG } from 'pngjs';
import type { Bitmap } from './canvas.ts';

/** gifenc ships no types; this is the part that is used. */
interface Gifenc {
  GIFEncoder(): {
    writeFrame(index: Uint8Array, width: number, height: number, options: { palette?: number[][]; delay: number; repeat?: number }): void;
    finish(): void;
    bytes(): Uint8Array;
  };
  quantize(rgba: Uint8Array, maxColors: number): number[][];
  applyPalette(rgba: Uint8Array, palette: number[][]): Uint8Array;
}
// Required, not imported: what its default export is depends on who loads it.
const gifenc = createRequire(import.meta.url)('gifenc') as Gifenc;

/** Without an alpha channel: nothing is transparent. */
export function encodePng({ width, height, rgba }: Bitmap): Uint8Array {
  const png = new PNG({ width, height });
  png.data = Buffer.from(rgba.buffer, rgba.byteOffset, rgba.length);
  return PNG.sync.write(png, { colorType: 2, deflateLevel: 4, deflateStrategy: constants.Z_FILTERED, filterType: 1 });
}

/** Loops for ever. One palette of 64 colours, taken from the first frame, for all. `delay` in milliseconds. */
export function encodeGif(frames: Bitmap[], delay: number): Uint8Array {
  const encoder = gifenc.GIFEncoder();
  const palette = gifenc.quantize(frames[0]!.rgba, 64);
  frames.forEach(({ width, height, rgba }, index) => {
    const first = index === 0 ? { palette, repeat: 0 } : {};
    encoder.writeFrame(gifenc.applyPalette(rgba, palette), width, height, { ...first, delay });
  });
  encoder.finish();
  return encoder.bytes();
}
