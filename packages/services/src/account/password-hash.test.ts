import { expect, test } from 'vitest';
import { hashPassword, matchesPassword, Overloaded } from './password-hash.ts';

test('a crowd is turned away at once, and for the moment only', async () => {
  const stored = await hashPassword('correct horse battery');
  const crowd = Array.from({ length: 66 }, () => hashPassword('another password'));
  await expect(matchesPassword(stored, 'correct horse battery')).rejects.toThrow(Overloaded);
  await Promise.all(crowd);
  expect(await matchesPassword(stored, 'correct horse battery')).toBe(true);
  expect(await matchesPassword(null, 'nobody has this password')).toBe(false);
});
