import { expect, test } from 'vitest';
import { readSettings } from './env.ts';

const KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const required = { DATABASE_URL: 'postgresql://localhost/x', TOOLGATE_KEYS: KEYS };

test('a caller waits less than a second for a store that does not answer, unless the operator says otherwise', () => {
  expect(readSettings(required).storeTimeoutMs).toBe(750);
  expect(readSettings({ ...required, GATEWAY_STORE_TIMEOUT_MS: '3000' }).storeTimeoutMs).toBe(3000);
});
