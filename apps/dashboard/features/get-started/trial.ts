/** One call of a trial, as it is shown. */
export interface TrialCall {
  number: number;
  decision: 'allowed' | 'limited' | 'pending' | 'denied' | 'tool_error';
  message: string;
  rule: string | null;
  ms: number;
}

export interface Trial {
  calls: TrialCall[];
  /** What the first allowed call made, as a data URL; null when it was no picture. */
  picture: string | null;
}

export const MOST_CALLS = 31;
const MOST_PICTURE = 3_000_000;

/** The first picture of a tool's answer as a data URL. Only kinds that cannot run anything are shown. */
export function pictureIn(content: readonly { type: string; data?: unknown; mimeType?: unknown }[]): string | null {
  const { data, mimeType } = content.find((part) => part.type === 'image') ?? {};
  if (typeof data !== 'string' || data.length > MOST_PICTURE || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return null;
  return typeof mimeType === 'string' && PICTURES.has(mimeType) ? `data:${mimeType};base64,${data}` : null;
}

const PICTURES = new Set(['image/png', 'image/gif', 'image/jpeg', 'image/webp']);
