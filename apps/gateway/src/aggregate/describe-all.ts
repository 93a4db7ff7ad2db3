/** What an address that joins servers says of itself: what they can do together, and which they are. */
import { allowedServerCapabilities } from '@toolgate/mcp/capabilities';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { allowsMethod } from '../upstream/answer-filter.ts';
import type { Place } from './joined-call.ts';
import type { Missing } from './list-place.ts';

/** What one server said when it was asked; `missing` where it was not to be had. */
export type Described = { place: Place } & (
  | { capabilities: JsonObject; instructions: unknown; missing?: undefined }
  | { missing: Omit<Missing, 'server'> }
);

/**
 * The union of what the servers have and their policies allow. A server that is away may have anything: what it has is found out when it
 * is back, and a session's capabilities do not change. Extensions are left out: what they name is not named alike at this address.
 */
export function joinedCapabilities(described: readonly Described[]): JsonObject {
  const all = described.map((one) => allowedServerCapabilities(one.missing ? ANYTHING : one.capabilities, allowsMethod(one.place)));
  const joined: JsonObject = { tools: { listChanged: true } };
  for (const name of ['prompts', 'resources', 'completions']) {
    const found = all.flatMap(({ [name]: own }) => (isObject(own) ? [own] : []));
    if (found.length > 0)
      joined[name] = Object.fromEntries(FLAGS.flatMap((flag) => (found.some((own) => own[flag] === true) ? [[flag, true]] : [])));
  }
  return joined;
}

const FLAGS = ['listChanged', 'subscribe'] as const;
const ANYTHING: JsonObject = { prompts: {}, resources: {}, completions: {} };

const MAX_INSTRUCTIONS = 4000;

/** For the agent to read: how things are called here, which servers there are and which are away, and what each says of itself. */
export function joinedInstructions(described: readonly Described[]): string {
  const slugs = described.map(({ place }) => place.server.slug);
  const lines = [
    `This address joins ${slugs.length} MCP servers: ${slugs.join(', ')}.`,
    'Tools and prompts are called {server}__{name}, resources tg-{server}+{uri}.',
  ];
  const away = described.flatMap(({ place, missing }) => (missing ? [`${place.server.slug} (${missing.message})`] : []));
  if (away.length > 0) lines.push(`Not to be had right now, so what they offer is missing from the lists: ${away.join(', ')}`);
  const own = described.flatMap((one) =>
    one.missing || typeof one.instructions !== 'string' || one.instructions === ''
      ? []
      : [`\n${one.place.server.slug} says:\n${one.instructions.slice(0, MAX_INSTRUCTIONS)}`],
  );
  return [...lines, ...own].join('\n');
}
