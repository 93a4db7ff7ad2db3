export type JsonObject = Record<string, unknown>;

/** A JSON object; lists and null are not. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
