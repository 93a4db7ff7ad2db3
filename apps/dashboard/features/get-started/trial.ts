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

/** Arguments that fit a tool's schema, to start from: every required one, with a value of its type. */
export function sampleArguments(schema: unknown): Record<string, unknown> {
  const { required = [], properties = {} } = (schema ?? {}) as {
    required?: string[];
    properties?: Record<string, { type?: string; default?: unknown; enum?: unknown[] }>;
  };
  return Object.fromEntries(required.map((name) => [name, sample(name, properties[name] ?? {})]));
}

function sample(name: string, property: { type?: string; default?: unknown; enum?: unknown[] }): unknown {
  if (property.default !== undefined) return property.default;
  if (property.enum?.length) return property.enum[0];
  switch (property.type) {
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return /image|url/i.test(name) ? 'https://example.com/picture.png' : 'a lighthouse at dusk';
  }
}
