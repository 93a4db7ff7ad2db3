/** What runs for each entry of the operator's list. Nothing that an organization says becomes part of a command. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ManagedServerName } from '@toolgate/catalogue/managed';

export interface Program {
  /** A file that Node runs. */
  file: string;
  /** Folders that the program may read; everything else on the disk is out of its reach. */
  readable: string[];
  /** False: it gets no network at all, where the system can take it away. */
  network: boolean;
  /** Fixed values of its environment, besides the organization's secrets. */
  env: Record<string, string>;
}

export type Programs = Readonly<Record<ManagedServerName, Program>>;

export function createPrograms(given: { wavespeedBaseUrl?: string | undefined }): Programs {
  const file = fileURLToPath(import.meta.resolve('@toolgate/wavespeed/main'));
  const wavespeed = { file, readable: [path.dirname(path.dirname(file)), modulesOf(file)] };
  const base: Record<string, string> = given.wavespeedBaseUrl ? { WAVESPEED_BASE_URL: given.wavespeedBaseUrl } : {};
  return { 'wavespeed-demo': { ...wavespeed, network: false, env: {} }, wavespeed: { ...wavespeed, network: true, env: base } };
}

/** The `node_modules` folder that holds what the file imports. */
function modulesOf(file: string): string {
  const dependency = createRequire(file).resolve('pngjs');
  const folder = `${path.sep}node_modules`;
  return dependency.slice(0, dependency.lastIndexOf(`${folder}${path.sep}`) + folder.length);
}
