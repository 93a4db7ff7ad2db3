/** Whether to wait for a server once more: one that has let several joined answers wait until their deadline is left out at once. */

import { type Circuit, createCircuit } from '@toolgate/egress/upstream/circuit';
import type { Gateway } from '../gateway.ts';
import type { Resolved } from '../stages/call.ts';
import type { ServerState } from '../upstream/server-state.ts';

/** Apart from the circuit of its calls: a server may be slow to list its tools and quick to run them. */
const circuits = new WeakMap<ServerState, Circuit>();

export function patienceWith({ upstreams }: Gateway, { organization, server }: Resolved): Circuit {
  const state = upstreams.states.of(organization.id, server);
  const circuit = circuits.get(state) ?? createCircuit();
  circuits.set(state, circuit);
  return circuit;
}
