/** Pixels, and a brush that knows how to lay one colour over another. */
import type { Rgb } from './palette.ts';

export interface Bitmap {
  width: number;
  height: number;
  /** Four bytes a pixel, row by row. */
  rgba: Uint8Array;
}

/** Gives the colour of a pixel to the brush. `x` and `y` in pixels. */
export type Painter = (x: number, y: number, brush: Brush) => void;

/** One colour under construction; the same object for every pixel, so that painting allocates nothing. */
export class Brush {
  red = 0;
  green = 0;
  blue = 0;

  /** Covers what is there; `opacity` 0 … 1. */
  lay(colour: Rgb, opacity: number): void {
    this.red += (colour[0] - this.red) * opacity;
    this.green += (colour[1] - this.green) * opacity;
    this.blue += (colour[2] - this.blue) * opacity;
  }
}

export function paint(width: number, height: number, painter: Painter): Bitmap {
  const rgba = new Uint8Array(width * height * 4);
  const brush = new Brush();
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      painter(x, y, brush);
      rgba[at] = brush.red + 0.5;
      rgba[at + 1] = brush.green + 0.5;
      rgba[at + 2] = brush.blue + 0.5;
      rgba[at + 3] = 255;
    }
  }
  return { width, height, rgba };
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function rise(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}
