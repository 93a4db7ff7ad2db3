/** Changes a given picture in the manner that a prompt asks for, or that its hash picks; always with the prompt's palette. */
import type { Bitmap } from './canvas.ts';
import { mix } from './canvas.ts';
import { hashText } from './chance.ts';
import { type Palette, paletteOf, type Rgb } from './palette.ts';

type Style = (source: Bitmap, palette: Palette) => Bitmap;

const ASKED: readonly [RegExp, Style][] = [
  [/\b(pixel\w*|8-?bit|retro|mosaic|minecraft)\b/i, (source, palette) => pixelate(source, palette)],
  [/\b(poster\w*|comic|cartoon|print|sketch|vector)\b/i, (source, palette) => posterise(source, palette)],
  [/\b(negative|invert\w*|x-?ray)\b/i, (source, palette) => tint(invert(source), palette, 0.35)],
];

export function restyle(source: Bitmap, prompt: string): Bitmap {
  const palette = paletteOf(prompt);
  const any: Style[] = [(given) => tint(given, palette, 0.85), pixelate, posterise];
  const style = ASKED.find(([words]) => words.test(prompt))?.[1] ?? any[hashText(`style\0${prompt}`) % any.length]!;
  return style(source, palette);
}

/** Dark parts take the palette's shadows, bright ones its light. */
function tint(source: Bitmap, palette: Palette, strength: number): Bitmap {
  const stops = [palette.near, palette.skyHigh, palette.accent, palette.skyLow, palette.light];
  const ramp = Array.from({ length: 256 }, (_, value) => at(stops, value / 255));
  return eachPixel(source, (colour) => mix(colour, ramp[Math.round(brightness(colour))]!, strength));
}

function posterise(source: Bitmap, palette: Palette): Bitmap {
  const stops = [palette.near, palette.far, palette.accent, palette.skyLow, palette.light];
  return eachPixel(source, (colour) => mix(colour, stops[Math.min(4, Math.floor(brightness(colour) / 51.2))]!, 0.8));
}

function pixelate(source: Bitmap, palette: Palette): Bitmap {
  const tinted = tint(source, palette, 0.45);
  const block = Math.max(2, Math.round(Math.max(source.width, source.height) / 40));
  const rgba = new Uint8Array(tinted.rgba.length);
  for (let y = 0; y < source.height; y++) {
    for (let x = 0; x < source.width; x++) {
      const middle = (side: number, length: number) => Math.min(length - 1, side - (side % block) + (block >> 1));
      const from = (middle(y, source.height) * source.width + middle(x, source.width)) * 4;
      rgba.set(tinted.rgba.subarray(from, from + 4), (y * source.width + x) * 4);
    }
  }
  return { ...tinted, rgba };
}

const invert = (source: Bitmap) => eachPixel(source, ([red, green, blue]) => [255 - red, 255 - green, 255 - blue]);

/** What is transparent is laid on white. */
function eachPixel({ width, height, rgba }: Bitmap, change: (colour: Rgb) => Rgb): Bitmap {
  const changed = new Uint8Array(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]! / 255;
    const over = (channel: number) => rgba[i + channel]! * alpha + 255 * (1 - alpha);
    changed.set(change([over(0), over(1), over(2)]), i);
    changed[i + 3] = 255;
  }
  return { width, height, rgba: changed };
}

const brightness = ([red, green, blue]: Rgb) => 0.299 * red + 0.587 * green + 0.114 * blue;

function at(stops: Rgb[], share: number): Rgb {
  const place = share * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  return mix(stops[index]!, stops[index + 1]!, place - index);
}
