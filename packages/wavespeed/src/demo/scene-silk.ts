/** Folded colour, as of silk: noise that bends noise. */
import { mix } from './canvas.ts';
import { noiseOf } from './chance.ts';
import type { Rgb } from './palette.ts';
import type { SceneKind } from './scene-kind.ts';

const STEPS = 256;

export const silk: SceneKind = (palette, chance) => {
  const noise = noiseOf(Math.floor(chance() * 2 ** 31));
  const scale = 1.1 + chance() * 0.9;
  const folds = 2.2 + chance() * 2;
  const stops = [palette.near, palette.far, palette.accent, palette.skyLow, palette.light, palette.accent, palette.skyHigh, palette.near];
  const ramp = rampOf(stops);
  return (width, height, moment) => {
    const unit = Math.min(width, height);
    const driftX = Math.cos(moment * 2 * Math.PI) * 0.12;
    const driftY = Math.sin(moment * 2 * Math.PI) * 0.12;
    return (x, y, brush) => {
      const u = (x / unit) * scale + driftX;
      const v = (y / unit) * scale + driftY;
      const bend = noise(u, v, 2);
      const fold = noise(u + folds * bend, v + folds * (1 - bend) * 0.8, 2);
      const colour = ramp[Math.min(STEPS - 1, Math.floor(Math.max(0, (fold - 0.15) * 1.4) * STEPS))]!;
      brush.red = colour[0];
      brush.green = colour[1];
      brush.blue = colour[2];
      brush.lay(palette.near, 0.35 * bend);
    };
  };
};

function rampOf(stops: Rgb[]): Rgb[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const at = (step / (STEPS - 1)) * (stops.length - 1);
    const index = Math.min(stops.length - 2, Math.floor(at));
    return mix(stops[index]!, stops[index + 1]!, at - index);
  });
}
