import { createHash } from 'node:crypto';
import { canonicalExact } from './exact-json.ts';

/** Everything that an approval is bound to: another value of any of it is another call. */
export interface BoundCall {
  grantId: string;
  serverId: string;
  tool: string;
  /** Hash of the tool's pinned definition. */
  toolHash: string;
  /** As the client wrote them. */
  argumentsText: string;
  policyId: string;
  policyVersion: number;
}

/** SHA-256 of the canonical {arguments, grant, policy version, server, tool}. */
export function callHash({ grantId, serverId, tool, toolHash, argumentsText, policyId, policyVersion }: BoundCall): Buffer<ArrayBuffer> {
  const others = JSON.stringify({ grant: grantId, policy: [policyId, policyVersion], server: serverId, tool: [tool, toolHash] });
  // One object: the others' members follow the arguments.
  return Buffer.from(
    createHash('sha256')
      .update(`{"arguments":${canonicalExact(argumentsText)},${others.slice(1)}`)
      .digest(),
  );
}
