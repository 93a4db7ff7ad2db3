/** The operator's keys, from the environment: the first wraps new data keys, all can unwrap. */
export interface KeyRing {
  first: RingKey;
  byId: ReadonlyMap<string, RingKey>;
}

export interface RingKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/**
 * Reads `id:base64(32 bytes)[,id:base64…]`.
 * Throws an Error whose one sentence never holds a key.
 */
export function parseKeyRing(text: string): KeyRing {
  const byId = new Map<string, RingKey>();
  for (const [index, entry] of text.split(',').entries()) {
    const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=?)\s*$/.exec(entry) ?? [];
    const key = Buffer.from(encoded ?? '', 'base64');
    if (!id || key.length !== 32)
      throw new Error(`Key ${index + 1} of the key ring is not of the form id:base64, with 32 bytes in base64.`);
    if (byId.has(id)) throw new Error(`The key ring names the key "${id}" twice.`);
    byId.set(id, { id, key });
  }
  const [first] = byId.values();
  if (!first) throw new Error('The key ring is empty.');
  return { first, byId };
}
