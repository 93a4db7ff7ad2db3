import { randomBytes } from 'node:crypto';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { argumentKey } from './data-key.ts';
import { parseKeyRing } from './key-ring.ts';
import { openSecret } from './open.ts';
import { sealSecret } from './seal.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const placeIn = (organizationId: string) => ({ organizationId, table: 'ServerSecret', column: 'ciphertext', row: 'row-1' });

const seal = (id: string, text: string, ring = t.s.keyRing) => t.s.db.forOrganization(id, (tx) => sealSecret(tx, ring, placeIn(id), text));
const open = (id: string, sealed: { ciphertext: Buffer; keyVersion: number }, changed: object = {}, ring = t.s.keyRing) =>
  t.s.db.forOrganization(id, (tx) => openSecret(tx, ring, { ...placeIn(id), ...changed }, sealed.ciphertext, sealed.keyVersion));

test('what was sealed opens in its place, and looks different each time', async () => {
  const { id } = await t.organization();
  const [first, second] = [await seal(id, 'canary-secret ü'), await seal(id, 'canary-secret ü')];
  expect(await open(id, first)).toBe('canary-secret ü');
  expect(first.ciphertext.equals(second.ciphertext)).toBe(false);
  expect(first.ciphertext.includes('canary')).toBe(false);
});

test('it opens nowhere else: not in another row, column, table, organization, nor under another key version', async () => {
  const [{ id }, other] = [await t.organization(), await t.organization()];
  const sealed = await seal(id, 'secret');
  await seal(other.id, 'makes the key of the other organization');
  for (const changed of [{ row: 'row-2' }, { column: 'other' }, { table: 'Other' }])
    await expect(open(id, sealed, changed)).rejects.toThrow();
  await expect(open(other.id, sealed)).rejects.toThrow();
  await expect(open(id, { ...sealed, keyVersion: 2 })).rejects.toThrow('version 2');
});

test('a single changed bit anywhere is found', async () => {
  const { id } = await t.organization();
  const sealed = await seal(id, 'secret');
  for (let i = 0; i < sealed.ciphertext.length; i++) {
    const ciphertext = Buffer.from(sealed.ciphertext);
    ciphertext[i]! ^= 1;
    await expect(open(id, { ...sealed, ciphertext })).rejects.toThrow();
  }
});

test('a new first key wraps the data key at the next seal, and the old ring key is needed no more', async () => {
  const { id } = await t.organization();
  const [a, b] = [key('a'), key('b')];
  const sealed = await seal(id, 'kept', parseKeyRing(a));
  await expect(open(id, sealed, {}, parseKeyRing(b))).rejects.toThrow('lacks the key "a"');
  const later = await seal(id, 'later', parseKeyRing(`${b},${a}`));
  expect(await open(id, sealed, {}, parseKeyRing(b))).toBe('kept');
  expect(await open(id, later, {}, parseKeyRing(b))).toBe('later');
});

test('two first seals at once agree on one data key', async () => {
  const { id } = await t.organization();
  const sealed = await Promise.all(['x', 'y', 'z'].map((text) => seal(id, text)));
  expect(await Promise.all(sealed.map((one) => open(id, one)))).toEqual(['x', 'y', 'z']);
});

test('the key for argument digests is stable within an organization and differs between two', async () => {
  const [one, two] = [await t.organization(), await t.organization()];
  const digestKey = (id: string) => t.s.db.forOrganization(id, (tx) => argumentKey(tx, t.s.keyRing, id));
  expect(await digestKey(one.id)).toEqual(await digestKey(one.id));
  expect(await digestKey(one.id)).not.toEqual(await digestKey(two.id));
});

test('a key ring that cannot be read is refused without showing a key', () => {
  const good = key('a');
  expect(parseKeyRing(`${good}, ${key('b')}`).byId.size).toBe(2);
  for (const text of ['', 'a', 'a:short', `${good},${good}`, `:${good}`, `${good},`]) {
    expect(() => parseKeyRing(text)).toThrow(/key/i);
    try {
      parseKeyRing(text);
    } catch (error) {
      expect(String(error)).not.toContain(good.slice(2));
    }
  }
});
