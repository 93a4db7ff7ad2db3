import { defineConfig, devices } from '@playwright/test';
import { findChromium } from '../../scripts/chromium.ts';

export default defineConfig({
  testDir: 'src',
  testMatch: '*.spec.ts',
  globalSetup: './src/shared-system.ts',
  workers: 1,
  retries: 0,
  // Far more than a busy machine needs: these end what hangs, and nothing else.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  outputDir: '../../test-results',
  use: {
    // What cannot be clicked or filled is told by name, long before the test's own end.
    actionTimeout: 120_000,
    navigationTimeout: 240_000,
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    // What pulses keeps a machine without a graphics card busy.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: findChromium() ?? undefined,
      chromiumSandbox: process.getuid?.() !== 0, // Chromium's sandbox does not run as root
      args: ['--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    },
  },
});
