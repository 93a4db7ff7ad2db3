import type { Dispatcher } from 'undici';
import type { Circuit } from './circuit.ts';

/** Where an MCP server is, and how it is reached. */
export interface Target {
  dispatcher: Dispatcher;
  origin: string;
  /** With the query, if the server's address has one. */
  path: string;
  /** The server's own credential, by lower-case name. */
  headers: Record<string, string>;
  state: { circuit: Circuit };
}
