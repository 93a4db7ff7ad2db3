import type { BuilderGrant } from '../builder-grant.ts';
import type { BuilderTool } from '../builder-tool.ts';
import { recordedArguments } from './recorded-arguments.ts';
import type { RecordedCall } from './recorded-call.ts';

/** Somebody without a grant of the organization. */
const ANYBODY: BuilderGrant = { id: null, label: 'laptop', kind: 'agent', paused: false, governed: false };

/** What a call that is tried is filled in with at first. */
export interface TryStart {
  tool: string;
  /** JSON; null: what the tool's schema requires. */
  args: string | null;
  grant: BuilderGrant;
  client: string;
  serverId: string | null;
}

/** A call of the log, as it was made; else the first tool, called by the first grant. */
export function tryStart(call: RecordedCall | null, tools: readonly BuilderTool[], grants: readonly BuilderGrant[]): TryStart {
  if (!call) return { tool: tools[0]?.name ?? '', args: null, grant: grants[0] ?? ANYBODY, client: '', serverId: null };
  const schema = tools.find(({ name }) => name === call.tool)?.inputSchema;
  const grant =
    grants.find(({ id }) => id === call.grantId) ??
    grants.find(({ label }) => label === call.grant) ??
    (call.grant === null ? ANYBODY : { ...ANYBODY, label: call.grant });
  const { tool, client, serverId } = call;
  return { tool, args: recordedArguments(schema, call.argumentNames), grant, client: nameOf(client), serverId };
}

/** The log has a client's name and version with a space between; a policy judges the name. */
const nameOf = (client: string | null): string => client?.replace(VERSION, '') ?? '';
const VERSION = / v?\d[^ ]*$/;
