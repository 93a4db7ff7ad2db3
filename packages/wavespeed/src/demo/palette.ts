/** Colours that go together, taken from the words of a prompt, or else from its hash. */
import { type Chance, chanceOf, hashText } from './chance.ts';

/** Red, green and blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

export interface Palette {
  skyHigh: Rgb;
  skyLow: Rgb;
  light: Rgb;
  far: Rgb;
  near: Rgb;
  accent: Rgb;
  dark: boolean;
}

/** Hue in degrees (OKLCH), how colourful (0 … 1), and whether it is night. */
const MOODS: readonly [RegExp, { hue: number; colour: number; dark?: boolean }][] = [
  [/\b(night|midnight|space|galaxy|cosmos|stars?|moon|nebula|planet|universe)\b/i, { hue: 275, colour: 0.9, dark: true }],
  [/\b(neon|cyber\w*|synth\w*|city|robots?|futur\w*)\b/i, { hue: 325, colour: 1.2, dark: true }],
  [/\b(dusk|sunset|evening|fire|flame|autumn|lighthouse)\b/i, { hue: 350, colour: 1.1 }],
  [/\b(desert|sand|gold\w*|sun\w*|dawn|morning|summer|lion|fox|cat|tiger)\b/i, { hue: 55, colour: 1 }],
  [/\b(ocean|sea|waves?|lake|river|water|beach|whale|rain|blue)\b/i, { hue: 235, colour: 0.9 }],
  [/\b(forest|jungle|tree|trees|garden|green|meadow|spring|dragon)\b/i, { hue: 155, colour: 0.9 }],
  [/\b(snow\w*|ice|icy|winter|mountains?|fog|mist|wolf)\b/i, { hue: 225, colour: 0.5 }],
  [/\b(roses?|pink|cherry|love|flowers?|red)\b/i, { hue: 5, colour: 1 }],
  [/\b(lavender|purple|violet|magic|dream\w*)\b/i, { hue: 300, colour: 0.9 }],
];

export function paletteOf(prompt: string): Palette {
  const chance = chanceOf(hashText(`palette\0${prompt}`));
  const mood = MOODS.find(([words]) => words.test(prompt))?.[1] ?? {
    hue: chance() * 360,
    colour: 0.8 + chance() * 0.4,
    dark: chance() < 0.3,
  };
  const hue = (mood.hue + (chance() - 0.5) * 24 + 360) % 360;
  // Blues and purples go on round the wheel; warm and green skies end in yellow, and start from rose where they would be all yellow.
  const high = hue > 25 && hue < 115 ? hue - 50 : hue;
  const warm = hue > 180 && hue < 335 ? hue + 40 + chance() * 45 : 50 + chance() * 35;
  return mood.dark ? night(hue, warm, mood.colour, chance) : day(high, warm, mood.colour, chance);
}

function day(hue: number, warm: number, colour: number, chance: Chance): Palette {
  return {
    skyHigh: oklch(0.52 + chance() * 0.12, 0.11 * colour, hue),
    skyLow: oklch(0.88, 0.09 * colour, warm),
    light: oklch(0.97, 0.05 * colour, warm + 15),
    far: oklch(0.7, 0.08 * colour, (hue + warm) / 2),
    near: oklch(0.22, 0.06 * colour, hue - 15),
    accent: oklch(0.72, 0.15 * colour, warm),
    dark: false,
  };
}

function night(hue: number, warm: number, colour: number, chance: Chance): Palette {
  return {
    skyHigh: oklch(0.16 + chance() * 0.05, 0.06 * colour, hue),
    skyLow: oklch(0.48, 0.13 * colour, warm),
    light: oklch(0.95, 0.05 * colour, warm + 30),
    far: oklch(0.36, 0.09 * colour, hue + 15),
    near: oklch(0.1, 0.04 * colour, hue),
    accent: oklch(0.7, 0.17 * colour, warm),
    dark: true,
  };
}

/** Lightness 0 … 1, chroma, hue in degrees → sRGB (https://bottosson.github.io/posts/oklab/), clipped. */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function channel(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, value)) * 255);
}
