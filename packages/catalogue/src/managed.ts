/** The operator's list of servers that the runner runs for organizations. An organization picks one; it never says a command. */
export interface ManagedServer {
  /** What `Server.managed` holds. */
  name: ManagedServerName;
  title: string;
  description: string;
  /** Values that the organization gives; each is sealed, and becomes an environment variable of the process. */
  secrets: ManagedSecret[];
}

export type ManagedServerName = 'wavespeed-demo' | 'wavespeed';

export interface ManagedSecret {
  /** Name of the environment variable. */
  name: string;
  label: string;
  help: string;
  optional: boolean;
}

export const MANAGED_SERVERS: readonly ManagedServer[] = [
  {
    name: 'wavespeed-demo',
    title: 'WavespeedMCP (demo)',
    description: 'Draws images and short animations on this machine. Needs no key and costs nothing.',
    secrets: [],
  },
  {
    name: 'wavespeed',
    title: 'WavespeedMCP',
    description: 'Makes images and videos with WaveSpeed AI. Each call is billed to the account of your key.',
    secrets: [
      {
        name: 'WAVESPEED_API_KEY',
        label: 'WaveSpeed API key',
        help: 'Create one at wavespeed.ai under Access Keys.',
        optional: false,
      },
    ],
  },
];

/** The entry with this name, or null: what is not on the list is not run. */
export function findManagedServer(name: string): ManagedServer | null {
  return MANAGED_SERVERS.find((server) => server.name === name) ?? null;
}
