import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { expect, test } from 'vitest';
import type { Gateway } from '../gateway.ts';
import { createSessionTokens } from '../sessions/session-token.ts';
import { type OpenedServer, sealJoined, sessionAt } from './joined-session.ts';

const sessions = createSessionTokens(parseKeyRing(`a:${Buffer.alloc(32, 1).toString('base64')}`));
const gateway = { sessions } as Gateway;
const call = { organization: { id: 'o' }, grant: { id: 'g' } } as Parameters<typeof sealJoined>[1];
const owner = { organizationId: 'o', grantId: 'g', serverId: '*' };
const about = { id: 'x', protocolVersion: '2025-11-25', client: { name: 'c', version: '1' } };

const openedBy = (lengths: number[]): Map<string, OpenedServer> =>
  new Map(lengths.map((length, i) => [`server-${i}`, { upstream: 'u'.repeat(length), version: '2025-06-18' }]));

test('a token holds the session of every server, and each is given its own', () => {
  const { token, left } = sealJoined(gateway, call, about, openedBy([36, 36]));
  expect(left).toEqual([]);
  const session = sessions.open(owner, token);
  expect(sessionAt(session, 'server-1')).toEqual({ upstream: 'u'.repeat(36), protocolVersion: '2025-06-18', client: about.client });
  for (const other of ['server-2', 'toString', '__proto__'])
    expect(sessionAt(session, other)).toEqual({ upstream: null, protocolVersion: '2025-11-25', client: about.client, bridged: true });
});

test('a token fits into a header, however many servers there are and however long their ids: what does not fit is named', () => {
  for (const lengths of [Array.from({ length: 200 }, () => 36), [4096, 4096, 10, 4096], [4096]]) {
    const { token, left } = sealJoined(gateway, call, about, openedBy(lengths));
    expect(token.length).toBeLessThanOrEqual(6000);
    const kept = Object.keys(sessions.open(owner, token)?.joined?.servers ?? {});
    expect([...kept, ...left].sort()).toEqual([...openedBy(lengths).keys()].sort());
    expect(kept.length).toBeGreaterThan(0);
  }
});
