import { expect, test } from 'vitest';
import { findManagedServer, MANAGED_SERVERS } from './managed.ts';

test('only what is on the list is found, whatever the name looks like', () => {
  expect(findManagedServer('wavespeed-demo')).toMatchObject({ secrets: [] });
  expect(findManagedServer('wavespeed')?.secrets[0]).toMatchObject({ name: 'WAVESPEED_API_KEY', optional: false });
  for (const name of ['', '__proto__', 'constructor', '../wavespeed', 'wavespeed-demo ']) expect(findManagedServer(name)).toBeNull();
  expect(new Set(MANAGED_SERVERS.map(({ name }) => name)).size).toBe(MANAGED_SERVERS.length);
});
