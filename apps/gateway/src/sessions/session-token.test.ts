import { parseKeyRing } from '@toolgate/services/secret/key-ring';
import { expect, test } from 'vitest';
import { createSessionTokens } from './session-token.ts';

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const tokens = createSessionTokens(parseKeyRing(key('a', 1)));
const owner = { organizationId: 'o', grantId: 'g', serverId: 's' };
const session = { upstream: 'their-session', protocolVersion: '2025-11-25', client: { name: 'c', version: '1' } };

test('a session opens for its own organization, grant and server only', () => {
  const token = tokens.seal(owner, session);
  expect(token).toMatch(/^[\x21-\x7e]+$/);
  expect(tokens.open(owner, token)).toEqual(session);
  for (const other of [{ organizationId: 'p' }, { grantId: 'h' }, { serverId: 't' }])
    expect(tokens.open({ ...owner, ...other }, token)).toBeNull();
});

test('every changed character, another spelling and junk are refused', () => {
  const token = tokens.seal(owner, session);
  for (let i = 0; i < token.length; i++) {
    const changed = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
    expect(tokens.open(owner, changed)).toBeNull();
  }
  for (const junk of ['', 'x', `${token}=`, `${token}, ${token}`, ` ${token}`, 'A'.repeat(9000)])
    expect(tokens.open(owner, junk)).toBeNull();
});

test('sessions outlive a restart and a new first key, not the removal of theirs', () => {
  const token = tokens.seal(owner, session);
  expect(createSessionTokens(parseKeyRing(key('a', 1))).open(owner, token)).toEqual(session);
  expect(createSessionTokens(parseKeyRing(`${key('b', 2)},${key('a', 1)}`)).open(owner, token)).toEqual(session);
  expect(createSessionTokens(parseKeyRing(key('b', 2))).open(owner, token)).toBeNull();
});
