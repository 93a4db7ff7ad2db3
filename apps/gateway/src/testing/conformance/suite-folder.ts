import { createRequire } from 'node:module';
import path from 'node:path';

/** Where the installed conformance suite is. */
export const suiteFolder = (): string =>
  path.dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'));
