/** What the gateway knows of an organization, as of one epoch. Entries are never changed: a new epoch makes new ones. */
import type { KeyObject } from 'node:crypto';
import type { ParamHeader } from '@toolgate/mcp/param-headers';
import type { PolicyTool } from '@toolgate/policy/call';
import type { CompiledPolicy } from '@toolgate/policy/compile';
import type { ShadowPolicy } from '@toolgate/policy/decide-beside';

export interface OrganizationEntry {
  id: string;
  slug: string;
  /** What is known here is at least as new as this. */
  epoch: number;
  paused: boolean;
  /** What the agents are told of it; null: nobody said why. */
  pauseReason: string | null;
  /** Of the HMAC that stands for arguments in the audit log; null when the key ring cannot open it. */
  argumentKey: KeyObject | null;
}

export interface GrantEntry {
  id: string;
  label: string;
  kind: string;
  revoked: boolean;
  paused: boolean;
  pauseReason: string | null;
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  servers: { serverId: string; slug: string; policyId: string }[];
}

export interface ServerEntry {
  id: string;
  slug: string;
  paused: boolean;
  pauseReason: string | null;
  /** The values of its calls' arguments are kept. */
  captures: boolean;
  /** Null: run by the runner. */
  url: string | null;
  /** By name; a tool that is not here is unknown. */
  tools: ReadonlyMap<string, KnownTool>;
  /** Sealed: only upstream/ opens them. */
  secrets: SealedHeader[];
}

export interface KnownTool extends PolicyTool {
  /** Of the definition that was discovered and accepted. */
  hash: string;
  /** Arguments that are repeated as headers (`x-mcp-header` of 2026-07-28). */
  paramHeaders: readonly ParamHeader[];
}

export interface SealedHeader {
  id: string;
  name: string;
  ciphertext: Uint8Array;
  keyVersion: number;
}

export interface PolicyEntry {
  id: string;
  name: string;
  version: number;
  /** Of a document that cannot be read: one that denies everything. */
  compiled: CompiledPolicy;
  /** The version in its shadow period, which decides beside it; null: there is none. */
  shadow: ShadowPolicy | null;
}
