/** Chooses what to draw for a prompt: a scene that fits its words, or one that its seed picks. */
import { chanceOf, hashText } from './chance.ts';
import { paletteOf } from './palette.ts';
import type { Scene, SceneKind } from './scene-kind.ts';
import { planet } from './scene-planet.ts';
import { ridges } from './scene-ridges.ts';
import { sea } from './scene-sea.ts';
import { silk } from './scene-silk.ts';

const FITTING: readonly [RegExp, SceneKind][] = [
  [/\b(space|galaxy|cosmos|planet|universe|nebula|orbit\w*|alien)\b/i, planet],
  [/\b(ocean|sea|waves?|lake|river|water|beach|lighthouse|ship|boat|whale|island|rain)\b/i, sea],
  [/\b(mountains?|forest|desert|hills?|valley|landscape|snow\w*|trees?|fox|wolf|castle|dusk|dawn|sunset|sunrise)\b/i, ridges],
  [/\b(abstract|silk|fabric|smoke|marble|gradient|pattern|texture|dream\w*|portrait|flowers?|neon)\b/i, silk],
];
const ALL: readonly SceneKind[] = [ridges, sea, planet, silk];

/** The same prompt and seed give the same scene; the palette follows the prompt alone. */
export function sceneOf(prompt: string, seed: number | string, palette = paletteOf(prompt)): Scene {
  const chance = chanceOf(hashText(`${prompt}\0${seed}`));
  const pick = Math.floor(chance() * ALL.length);
  const kind = FITTING.find(([words]) => words.test(prompt))?.[1] ?? ALL[pick]!;
  return kind(palette, chance);
}
