export interface Size {
  width: number;
  height: number;
}

/** Reads `W*H` (also `WxH`), each side clamped to 64 … 1024. Null when it is neither. */
export function readSize(text: string): Size | null {
  const [, width, height] = /^\s*(\d{1,6})\s*[*x×]\s*(\d{1,6})\s*$/i.exec(text) ?? [];
  if (!width || !height) return null;
  const clamp = (side: string) => Math.min(1024, Math.max(64, Number(side)));
  return { width: clamp(width), height: clamp(height) };
}

/** The same shape with no side longer than `longest`. */
export function within({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
