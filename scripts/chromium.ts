/** Which Chromium the browser tests use: CHROMIUM_PATH, else Playwright's own download, else the system's. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.resolve(import.meta.dirname, '../apps/e2e/package.json'));

/** @returns null when there is none. */
export function findChromium(): string | null {
  const { chromium } = require('playwright') as { chromium: { executablePath(): string } };
  const places = [
    process.env.CHROMIUM_PATH,
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return places.find((place) => place && existsSync(place)) ?? null;
}
