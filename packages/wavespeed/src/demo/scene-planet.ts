/** A banded planet with a ring, before a nebula. */
import { mix, rise } from './canvas.ts';
import { noiseOf } from './chance.ts';
import type { SceneKind } from './scene-kind.ts';
import { skyOf } from './sky.ts';

export const planet: SceneKind = (palette, chance) => {
  const noise = noiseOf(Math.floor(chance() * 2 ** 31));
  const night = { ...palette, dark: true, skyHigh: mix(palette.near, [4, 4, 14], 0.5), skyLow: mix(palette.near, palette.far, 0.45) };
  const sky = skyOf(night, chance, 1);
  const centre = { x: 0.38 + chance() * 0.24, y: 0.44 + chance() * 0.14, radius: 0.2 + chance() * 0.08 };
  const tilt = -0.5 + chance();
  const bands = 5 + chance() * 6;
  const sun = { x: -0.55, y: -0.5, z: 0.67 };
  return (width, height, moment) => {
    const unit = Math.min(width, height);
    const radius = centre.radius * unit;
    const cos = Math.cos(tilt);
    const sin = Math.sin(tilt);
    const turn = Math.sin(moment * 2 * Math.PI) * 0.15;
    const paintSky = sky(width, height, moment);
    return (x, y, brush) => {
      paintSky(x, y, brush);
      const cloud = noise((x / unit) * 2.2, (y / unit) * 2.2, 3);
      brush.lay(palette.accent, rise(0.5, 0.95, cloud) * 0.55);
      const dx = (x - centre.x * width) / radius;
      const dy = (y - centre.y * height) / radius;
      const away = dx * dx + dy * dy;
      const along = dx * cos + dy * sin;
      const across = dy * cos - dx * sin;
      const edge = 1.5 / radius;
      if (away < 1 + 2 * edge) {
        const z = Math.sqrt(Math.max(0, 1 - away));
        const light = Math.max(0, dx * sun.x + dy * sun.y + z * sun.z);
        const band = 0.5 + 0.5 * Math.sin(across * bands + 2.4 * noise(along * 1.4 + turn * 4, across * 5, 2));
        const disc = rise(1 + edge, 1 - edge, Math.sqrt(away));
        brush.lay(mix(palette.accent, palette.light, band), disc);
        brush.lay(palette.near, disc * (1 - rise(0, 0.95, light)) * 0.94);
      }
      const ring = Math.hypot(along, across * 3.6);
      if (ring > 1.3 && ring < 2.05 && (across > 0 || away > 1)) {
        const body = rise(1.3, 1.38, ring) * rise(2.05, 1.9, ring) * (0.45 + 0.35 * Math.sin(ring * 26));
        brush.lay(palette.light, Math.max(0, body) * 0.75);
      }
    };
  };
};
