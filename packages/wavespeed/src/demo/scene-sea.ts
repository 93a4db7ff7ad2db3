/** Open water that mirrors a low sun or moon. */
import { mix, rise } from './canvas.ts';
import { noiseOf } from './chance.ts';
import type { SceneKind } from './scene-kind.ts';
import { skyOf } from './sky.ts';

export const sea: SceneKind = (palette, chance) => {
  const seed = Math.floor(chance() * 2 ** 31);
  const noise = noiseOf(seed);
  const horizon = 0.5 + chance() * 0.1;
  const sky = skyOf(palette, chance, horizon);
  const island = { x: chance() * 0.8 + 0.1, width: 0.12 + chance() * 0.2 };
  const shallow = mix(palette.skyLow, palette.skyHigh, 0.45);
  const deep = mix(palette.near, palette.skyHigh, 0.3);
  return (width, height, moment) => {
    const paintSky = sky(width, height, moment);
    const shore = horizon * height;
    const turn = moment * 2 * Math.PI;
    const coast = Float32Array.from({ length: width }, (_, x) => {
      const across = (x / width - island.x) / island.width;
      return shore - Math.max(0, 1 - across * across) * (0.02 + 0.06 * noise((x / width) * 9, 3, 4)) * height;
    });
    return (x, y, brush) => {
      if (y < shore) {
        paintSky(x, y, brush);
        if (y > coast[x]! - 1) brush.lay(mix(palette.far, palette.near, 0.5), rise(-1, 1, y - coast[x]!));
        return;
      }
      const depth = (y - shore) / (height - shore);
      // The mirrored sky is stretched by waves that are larger the nearer they are.
      const wave =
        noise((x / width) * (26 - 20 * depth) + Math.sin(turn) * 0.4, (y / height) * (90 - 62 * depth) + Math.cos(turn) * 0.4, 2) - 0.5;
      const mirrored = shore - (y - shore) * 0.9 + wave * height * (0.03 + depth * 0.22);
      paintSky(x, Math.max(0, Math.min(shore - 1, Math.round(mirrored))), brush);
      brush.lay(shallow, 0.18);
      brush.lay(deep, 0.16 + 0.52 * depth + wave * 0.5 * depth);
    };
  };
};
