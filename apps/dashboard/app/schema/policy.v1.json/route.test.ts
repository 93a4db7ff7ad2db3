import { NextRequest } from 'next/server';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { proxy } from '@/proxy';
import { GET } from './route.ts';

const DOCUMENT = {
  version: '1',
  default: 'deny',
  tools: { image_to_image: { limits: [{ counter: 'image_to_image_rate', window: 'minute', max: 30, scope: 'grant' }] } },
};

beforeAll(() => {
  Object.assign(process.env, {
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    TOOLGATE_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
    NEXTAUTH_SECRET: 'a secret of the tests, long enough to be one',
    NEXTAUTH_URL: 'http://localhost:3000',
    TOOLGATE_LEDGER: 'embedded',
    QUEUE_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  });
});

test('the schema is JSON that may be kept, and accepts what the language accepts', async () => {
  const answer = GET();
  expect(answer.headers.get('content-type')).toContain('application/schema+json');
  expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
  const schema = z.fromJSONSchema(await answer.json());
  expect(schema.safeParse(DOCUMENT).success).toBe(true);
  expect(schema.safeParse({ ...DOCUMENT, defualt: 'deny' }).success).toBe(false);
  expect(schema.safeParse({ ...DOCUMENT, tools: { a: { action: 'denied' } } }).success).toBe(false);
});

test('nobody has to be signed in for it, and everything else still asks', async () => {
  const asked = (path: string) => proxy(new NextRequest(`http://localhost:3000${path}`));
  expect((await asked('/schema/policy.v1.json')).headers.get('location')).toBeNull();
  expect((await asked('/schema/policy.v1.json/x')).headers.get('location')).toContain('/sign-in');
  expect((await asked('/schema')).headers.get('location')).toContain('/sign-in');
});
