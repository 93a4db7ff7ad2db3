import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveMember } from '../organization/resolve-member.ts';
import { changePassword } from './change-password.ts';
import { readUser } from './read.ts';
import { signInWithProvider } from './sign-in-with-provider.ts';
import { signUp } from './sign-up.ts';
import { verifyPassword } from './verify-password.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const HOUR_MS = 3_600_000;
const password = 'correct horse battery';
let people = 0;
const ip = '203.0.113.1';
const person = (name = 'Ada Lovelace') => ({ name, email: `Person${++people}@Example.com `, password, ip: `198.51.100.${people}` });

async function signedUp(name?: string) {
  const given = person(name);
  const result = await signUp(t.s, given);
  if (!result.ok) throw new Error(result.refusal.message);
  return { ...result.value, email: given.email.trim().toLowerCase() };
}

test('signing up makes a user and an organization that the user owns, recorded as an event', async () => {
  const { userId, organization, email } = await signedUp();
  expect(organization.slug).toMatch(/^ada-lovelace/);
  const user = await readUser(t.s, userId);
  expect(user).toMatchObject({ email, name: 'Ada Lovelace', hasPassword: true, organizations: [{ ...organization, role: 'owner' }] });
  const member = await resolveMember(t.s, { userId, slug: organization.slug });
  expect(member).toMatchObject({
    actor: { role: 'owner', organizationId: organization.id },
    organization: { epoch: 1, publishedEpoch: 1 },
  });
  const records = await t.s.db.forOrganization(organization.id, (tx) => tx.auditRecord.findMany());
  expect(records.map(({ record }) => record)).toMatchObject([{ type: 'event', facts: { action: 'organization.create', kind: 'change' } }]);
  expect(JSON.stringify(records.map(({ record }) => record))).not.toContain(password);
});

test('people of one name get organizations of their own, and reserved words are not taken', async () => {
  const slugs = [
    await signedUp('Same'),
    await signedUp('Same'),
    await signedUp('Same'),
    await signedUp('Same'),
    await signedUp('Settings'),
  ].map(({ organization }) => organization.slug);
  expect(new Set(slugs).size).toBe(5);
  expect(slugs.slice(0, 3)).toEqual(['same', 'same-2', 'same-3']);
  expect(slugs[4]).toBe('settings-2');
  expect((await signedUp('数据')).organization.slug).toMatch(/^organization/);
});

test('a taken e-mail address is refused at its field, in any case of letters', async () => {
  const { email } = await signedUp();
  const again = await signUp(t.s, { ...person(), email: email.toUpperCase() });
  expect(again).toMatchObject({ ok: false, refusal: { code: 'conflict', fields: { email: expect.stringContaining('Sign in') } } });
});

test('two sign-ups at once: one of the same address, two of the same name', async () => {
  const same = person('Twice');
  const both = await Promise.all([signUp(t.s, same), signUp(t.s, same)]);
  expect(both.map((result) => (result.ok ? 'ok' : result.refusal.code)).sort()).toEqual(['conflict', 'ok']);
  const named = await Promise.all(Array.from({ length: 4 }, () => signedUp('Namesake')));
  expect(new Set(named.map(({ organization }) => organization.slug)).size).toBe(4);
});

test('what is wrong with a sign-up is named by field; an unknown key is refused', async () => {
  const result = await signUp(t.s, { ...person(), email: 'nobody', password: 'short', name: ' ', role: 'owner' } as never);
  expect(result).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
  if (!result.ok) expect(Object.keys(result.refusal.fields ?? {}).sort()).toEqual(['email', 'name', 'password', 'role']);
  expect((await signUp(t.s, { ...person(), password: 'x'.repeat(129) })).ok).toBe(false);
});

test('the password signs in; a wrong one and an unknown address are answered alike', async () => {
  const { email, userId } = await signedUp();
  expect(await verifyPassword(t.s, { email: email.toUpperCase(), password, ip })).toMatchObject({ ok: true, value: { userId, email } });
  const wrong = await verifyPassword(t.s, { email, password: 'wrong password', ip });
  const unknown = await verifyPassword(t.s, { email: 'nobody@example.com', password, ip });
  expect(wrong).toEqual(unknown);
  expect(wrong).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
});

test('a password that nobody set signs nobody in', async () => {
  const { userId } = await okay(signInWithProvider(t.s, github('x1', 'octo@example.com')));
  expect(userId).toBeTruthy();
  expect((await verifyPassword(t.s, { email: 'octo@example.com', password: 'nobody has this password', ip })).ok).toBe(false);
});

test('failures are counted: after the limit even the right password waits, until the window is over', async () => {
  const { email } = await signedUp();
  const limits = { email: { max: 3, windowMs: HOUR_MS }, ip: { max: 100, windowMs: HOUR_MS } };
  const attempt = (word: string, s = t.s) => verifyPassword(s, { email, password: word, ip: '203.0.113.9' }, limits);
  for (let i = 0; i < 3; i++) expect(await attempt('wrong password')).toMatchObject({ refusal: { code: 'forbidden' } });
  expect(await attempt(password)).toMatchObject({
    ok: false,
    refusal: { code: 'rate_limited', message: expect.stringContaining('minute') },
  });
  const later = { ...t.s, now: () => new Date(Date.now() + HOUR_MS + 1000) };
  expect((await attempt(password, later)).ok).toBe(true);
});

test('parallel guesses do not pass the limit together, and a success forgives', async () => {
  const { email } = await signedUp();
  const limits = { email: { max: 3, windowMs: HOUR_MS }, ip: { max: 100, windowMs: HOUR_MS } };
  const guesses = await Promise.all(
    Array.from({ length: 8 }, () => verifyPassword(t.s, { email, password: 'wrong password', ip: '203.0.113.10' }, limits)),
  );
  expect(guesses.filter((guess) => !guess.ok && guess.refusal.code === 'forbidden')).toHaveLength(3);
  const other = await signedUp();
  for (let i = 0; i < 5; i++)
    expect((await verifyPassword(t.s, { email: other.email, password, ip: '203.0.113.10' }, limits)).ok).toBe(true);
});

test('one network that guesses at many addresses is stopped; successes from it do not count', async () => {
  const { email } = await signedUp();
  const limits = { email: { max: 10, windowMs: HOUR_MS }, ip: { max: 4, windowMs: HOUR_MS } };
  const from = '203.0.113.20';
  for (let i = 0; i < 6; i++) expect((await verifyPassword(t.s, { email, password, ip: from }, limits)).ok).toBe(true);
  for (let i = 0; i < 4; i++) await verifyPassword(t.s, { email: `guess${i}@example.com`, password, ip: from }, limits);
  expect(await verifyPassword(t.s, { email, password, ip: from }, limits)).toMatchObject({ refusal: { code: 'rate_limited' } });
  expect((await verifyPassword(t.s, { email, password, ip: '203.0.113.21' }, limits)).ok).toBe(true);
});

test('sign-ups of one network are limited', async () => {
  const limits = { ip: { max: 2, windowMs: HOUR_MS } };
  const results = [];
  for (let i = 0; i < 3; i++) results.push(await signUp(t.s, { ...person(), ip: '203.0.113.30' }, limits));
  expect(results.map((result) => (result.ok ? 'ok' : result.refusal.code))).toEqual(['ok', 'ok', 'rate_limited']);
});

test('changing the password ends older sessions and the old password', async () => {
  const { userId, email } = await signedUp();
  expect(await changePassword(t.s, { userId, current: 'not it at all', next: 'another password' })).toMatchObject({
    refusal: { code: 'forbidden' },
  });
  const changed = await okay(changePassword(t.s, { userId, current: password, next: 'another password' }));
  expect((await readUser(t.s, userId))?.sessionsValidFrom).toEqual(changed.sessionsValidFrom);
  expect((await verifyPassword(t.s, { email, password, ip })).ok).toBe(false);
  expect((await verifyPassword(t.s, { email, password: 'another password', ip })).ok).toBe(true);
});

test('a provider’s account is one user each time; an unconfirmed address and a taken account are refused', async () => {
  const first = await okay(signInWithProvider(t.s, github('77', 'grace@example.com')));
  expect(await okay(signInWithProvider(t.s, github('77', 'moved@example.com')))).toEqual(first);
  expect((await readUser(t.s, first.userId))?.organizations).toHaveLength(1);
  expect(await okay(signInWithProvider(t.s, { ...github('g-1', 'grace@example.com'), provider: 'google' }))).toEqual(first);
  expect(await signInWithProvider(t.s, { ...github('78', 'x@example.com'), emailVerified: false })).toMatchObject({
    refusal: { code: 'forbidden' },
  });
  const { email } = await signedUp();
  expect(await signInWithProvider(t.s, github('79', email))).toMatchObject({ refusal: { code: 'conflict' } });
});

test('somebody who is no member resolves nothing, as if the organization did not exist', async () => {
  const [one, two] = [await signedUp(), await signedUp()];
  expect(await resolveMember(t.s, { userId: one.userId, slug: two.organization.slug })).toBeNull();
  expect(await resolveMember(t.s, { userId: one.userId, slug: 'no-such-organization' })).toBeNull();
  expect(await readUser(t.s, 'nobody')).toBeNull();
});

const github = (providerAccountId: string, email: string) =>
  ({ provider: 'github', providerAccountId, email, emailVerified: true, name: 'Octo' }) as const;

async function okay<T>(promise: Promise<{ ok: true; value: T } | { ok: false; refusal: { message: string } }>): Promise<T> {
  const result = await promise;
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}
