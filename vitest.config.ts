import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The dashboard's own paths, as its tsconfig has them.
  resolve: { alias: [{ find: /^@\//, replacement: `${path.resolve(import.meta.dirname, 'apps/dashboard')}/` }] },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/{gateway,worker,runner,cli,dashboard}/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/.next/**'],
    globalSetup: 'scripts/test-services.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 240_000,
    // What is waited for comes at once, except on a machine that is busy.
    expect: { poll: { timeout: 30_000 } },
  },
});
