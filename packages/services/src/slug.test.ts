import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OrganizationSlug, Slug } from './fields.ts';
import { freeSlug, slugOf } from './slug.ts';

test('no organization takes an address of the dashboard or the gateway', () => {
  for (const slug of [
    'api',
    'sign-in',
    'sign-up',
    'settings',
    'docs',
    'catalogue',
    'playground',
    'healthz',
    'readyz',
    'contact',
    'invite',
    'oauth',
    'schema',
  ])
    expect(OrganizationSlug.safeParse(slug).success, slug).toBe(false);
  for (const slug of ['acme', 'a', '1', 'apis', 'a'.repeat(40)]) expect(OrganizationSlug.safeParse(slug).success, slug).toBe(true);
});

test('every page at the top of the dashboard is reserved', () => {
  const app = path.resolve(import.meta.dirname, '../../../apps/dashboard/app');
  const folders = readdirSync(app, { withFileTypes: true }).filter((entry) => entry.isDirectory() && /^[a-z0-9-]+$/.test(entry.name));
  expect(folders.length).toBeGreaterThan(0);
  for (const { name } of folders) expect(OrganizationSlug.safeParse(name).success, name).toBe(false);
});

test('a slug has one spelling: lower case letters, digits and inner hyphens', () => {
  for (const slug of ['', '-', 'a-', '-a', 'A', 'a b', 'a/b', 'a.b', 'ä', 'a\n', 'a'.repeat(41), '..', '%61']) {
    expect(Slug.safeParse(slug).success, JSON.stringify(slug)).toBe(false);
  }
});

test('a name becomes a slug that is one, however odd or long the name is', () => {
  expect(slugOf('  Zoë & Ünal GmbH!  ', 'x')).toBe('zoe-unal-gmbh');
  expect(slugOf('数据', 'organization')).toBe('organization');
  for (const name of ['a'.repeat(200), `${'b'.repeat(39)}-c`, '---', '../../etc'])
    expect(Slug.safeParse(slugOf(name, 'x')).success, name).toBe(true);
});

test('a taken slug gets the next free number and stays short enough', async () => {
  const long = 'a'.repeat(40);
  const taken = new Set(['a', 'a-2', long]);
  expect(await freeSlug('a', (slug) => taken.has(slug))).toBe('a-3');
  expect(await freeSlug(long, (slug) => taken.has(slug))).toBe(`${'a'.repeat(38)}-2`);
});
