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
    testTimeout: 120_000,
    hookTimeout: 90_000,
  },
});
