/** A sky: a gradient, a sun or moon with its glow, and stars at night. */
import { type Painter, rise } from './canvas.ts';
import type { Chance } from './chance.ts';
import type { Palette } from './palette.ts';

/** @param horizon 0 (top) … 1 (bottom) */
export function skyOf(palette: Palette, chance: Chance, horizon: number): (width: number, height: number, moment: number) => Painter {
  const sun = { x: 0.25 + chance() * 0.5, y: horizon * (0.35 + chance() * 0.4), radius: 0.06 + chance() * 0.06 };
  const stars = palette.dark ? Array.from({ length: 90 }, () => ({ x: chance(), y: chance() * horizon, size: 0.4 + chance() * 0.9 })) : [];
  return (width, height, moment) => {
    const unit = Math.min(width, height);
    const radius = sun.radius * unit;
    const sunX = sun.x * width;
    const sunY = (sun.y + 0.012 * Math.sin(moment * 2 * Math.PI)) * height;
    const lit = starsOn(stars, width, height, moment);
    return (x, y, brush) => {
      const down = rise(0, 1, y / height / horizon);
      brush.red = palette.skyHigh[0];
      brush.green = palette.skyHigh[1];
      brush.blue = palette.skyHigh[2];
      brush.lay(palette.skyLow, down);
      const star = lit.get(y * width + x);
      if (star !== undefined) brush.lay(palette.light, star);
      const away = Math.hypot(x - sunX, y - sunY);
      brush.lay(palette.accent, 0.5 * Math.exp(-away / (radius * 2.6)));
      brush.lay(palette.light, 0.55 * Math.exp(-away / (radius * 1.1)));
      if (away < radius + 1) brush.lay(palette.light, rise(radius + 1, radius - 1, away));
    };
  };
}

function starsOn(stars: { x: number; y: number; size: number }[], width: number, height: number, moment: number): Map<number, number> {
  const lit = new Map<number, number>();
  for (const { x, y, size } of stars) {
    const at = Math.floor(y * height) * width + Math.floor(x * width);
    const twinkle = 0.75 + 0.25 * Math.sin(moment * 2 * Math.PI + x * 40);
    lit.set(at, Math.min(1, size) * twinkle);
    if (size > 0.9) for (const beside of [at - 1, at + 1, at - width, at + width]) lit.set(beside, 0.35 * twinkle);
  }
  return lit;
}
