import type { Painter } from './canvas.ts';
import type { Chance } from './chance.ts';
import type { Palette } from './palette.ts';

/** A way of drawing, given its colours and its chance. */
export type SceneKind = (palette: Palette, chance: Chance) => Scene;

/** Made once for a prompt; gives the painter for a size and a moment (0 … 1, where 1 looks like 0). */
export type Scene = (width: number, height: number, moment: number) => Painter;
