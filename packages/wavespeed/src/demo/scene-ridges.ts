/** Mountain ridges in haze under a low sun or moon. */
import { mix, rise } from './canvas.ts';
import { noiseOf } from './chance.ts';
import type { SceneKind } from './scene-kind.ts';
import { skyOf } from './sky.ts';

const LAYERS = 6;

export const ridges: SceneKind = (palette, chance) => {
  const noise = noiseOf(Math.floor(chance() * 2 ** 31));
  const horizon = 0.42 + chance() * 0.12;
  const sky = skyOf(palette, chance, horizon);
  const steep = 0.75 + chance() * 0.6;
  const colours = Array.from({ length: LAYERS }, (_, layer) => mix(palette.far, palette.near, (layer / (LAYERS - 1)) ** 0.8));
  return (width, height, moment) => {
    const unit = Math.min(width, height);
    // Nearer ridges pass by faster; the noise is laid round a circle, so that the movement ends where it began.
    const tops = colours.map((_, layer) => {
      const drift = Math.sin(moment * 2 * Math.PI) * 0.02 * (layer + 1);
      return Float32Array.from({ length: width }, (_, x) => {
        const rough = noise((x / unit) * (1.6 + layer * 0.55) + drift * 3 + layer * 31, layer * 7.3, 5);
        return (horizon + layer * (1 - horizon) * 0.155 - (rough - 0.42) * (0.34 - layer * 0.03) * steep) * height;
      });
    });
    const paintSky = sky(width, height, moment);
    return (x, y, brush) => {
      paintSky(x, y, brush);
      for (let layer = 0; layer < LAYERS; layer++) {
        const below = y - tops[layer]![x]!;
        if (below < -1) continue;
        brush.lay(colours[layer]!, rise(-1, 1, below));
        // Haze gathers at the foot of each ridge.
        brush.lay(palette.skyLow, rise(0, height * 0.22, below) * (0.42 - layer * 0.055));
      }
    };
  };
};
