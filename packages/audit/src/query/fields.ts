/** The fields of the grammar: the only list. */
import { DECISIONS, OUTCOMES } from '../decisions.ts';

export const AUDIT_FIELDS = [
  'decision',
  'outcome',
  'tool',
  'server',
  'grant',
  'latency',
  'since',
  'until',
  'shadow',
  'kind',
  'client',
  'code',
  'rule',
  'policy',
  'version',
  'method',
  'actor',
  'action',
  'ip',
  'request',
  'id',
  'seq',
] as const;
export type AuditField = (typeof AUDIT_FIELDS)[number];

export type FieldKind = { type: 'enum'; values: readonly string[] } | { type: 'text' } | { type: 'number' } | { type: 'time' };

interface FieldEntry {
  kind: FieldKind;
  /** One line, for the completion and the docs. */
  about: string;
  example: string;
}

const text = { type: 'text' } as const;
const number = { type: 'number' } as const;
const time = { type: 'time' } as const;

export const FIELD_ENTRIES: Record<AuditField, FieldEntry> = {
  decision: { kind: { type: 'enum', values: DECISIONS }, about: 'What was decided', example: 'decision:denied,limited' },
  outcome: { kind: { type: 'enum', values: OUTCOMES }, about: 'How an allowed call ended', example: 'outcome:timeout' },
  tool: { kind: text, about: 'Name of the tool', example: 'tool:run_*' },
  server: { kind: text, about: 'Slug or id of the server', example: 'server:wavespeed' },
  grant: { kind: text, about: 'Label or id of the grant', example: '-grant:ci' },
  latency: { kind: number, about: 'Duration in ms; 2s and 1m too', example: 'latency:>500' },
  since: { kind: time, about: 'From this moment on', example: 'since:24h' },
  until: { kind: time, about: 'Up to this moment', example: 'until:2026-11-22' },
  shadow: {
    kind: { type: 'enum', values: ['allow', 'limit', 'deny', 'pending'] },
    about: 'What a shadow rule would have decided',
    example: 'shadow:deny',
  },
  kind: { kind: { type: 'enum', values: ['call', 'change'] }, about: 'A call, or a change in the control plane', example: 'kind:change' },
  client: { kind: text, about: 'Name and version that the client gave', example: 'client:Cursor*' },
  code: { kind: text, about: 'Why, as a code', example: 'code:default_deny' },
  rule: { kind: text, about: 'Pointer of the rule that decided', example: 'rule:/tools/*' },
  policy: { kind: text, about: 'Name or id of the policy', example: 'policy:Default' },
  version: { kind: number, about: 'Version of the policy that decided', example: 'version:3' },
  method: { kind: text, about: 'Method of the protocol', example: 'method:tools/call' },
  actor: { kind: text, about: 'Who made a change', example: 'actor:Ada*' },
  action: { kind: text, about: 'What a change did', example: 'action:policy.publish' },
  ip: { kind: text, about: 'Address that the request came from', example: 'ip:10.0.*' },
  request: { kind: text, about: 'Id of the request', example: 'request:01a2*' },
  id: { kind: text, about: 'Id of the event', example: 'id:01a2*' },
  seq: { kind: number, about: 'Number of the event in the chain', example: 'seq:100..200' },
};

/** `arg.<name>`: an argument of the call. */
export const ARGUMENT_PREFIX = 'arg.';

export const isAuditField = (name: string): name is AuditField => Object.hasOwn(FIELD_ENTRIES, name);
