/** Objects of a message whose keys an upstream acts on: no other spelling of such a key may slip past the policy. */
export type Place = 'root' | 'params' | 'meta' | 'ref' | 'filter';

const WORDS: Record<Place, string> = {
  root: 'jsonrpc id method params result error',
  params:
    'name arguments _meta uri cursor ref argument context level task protocolVersion capabilities clientInfo requestId progressToken ' +
    'inputResponses requestState notifications',
  meta:
    'progressToken io.modelcontextprotocol/protocolVersion io.modelcontextprotocol/clientInfo io.modelcontextprotocol/clientCapabilities ' +
    'io.modelcontextprotocol/logLevel io.modelcontextprotocol/subscriptionId',
  ref: 'type name uri',
  filter: 'toolsListChanged promptsListChanged resourcesListChanged resourceSubscriptions',
};

const EXACT = byPlace((words) => new Set(words));
const FOLDED = byPlace((words) => new Set(words.map(fold)));

const INSIDE: Partial<Record<Place, ReadonlyMap<string, Place>>> = {
  root: new Map<string, Place>([['params', 'params']]),
  params: new Map<string, Place>([
    ['_meta', 'meta'],
    ['ref', 'ref'],
    ['notifications', 'filter'],
  ]),
};

/** Which object of a message the value of a key is; null for all that are not compared without regard to case. */
export function placeInside(place: Place | null, key: string): Place | null {
  return place === null ? null : (INSIDE[place]?.get(key) ?? null);
}

/** Whether it is a key of the protocol, spelled as the protocol does. */
export function isKnown(place: Place, key: string): boolean {
  return EXACT[place].has(key);
}

/** Whether a reader that ignores case takes what folds to this for a key of the protocol. */
export function foldsToKnown(place: Place, folded: string): boolean {
  return FOLDED[place].has(folded);
}

/** Both ways, since some letters fold in one direction only: U+017F (long s) and U+212A (Kelvin sign). */
export function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

function byPlace<T>(of: (words: string[]) => T): Record<Place, T> {
  return Object.fromEntries(Object.entries(WORDS).map(([place, words]) => [place, of(words.split(' '))])) as Record<Place, T>;
}
