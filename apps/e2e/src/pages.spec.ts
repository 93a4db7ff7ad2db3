/** Every page, light and dark, wide and narrow: axe finds nothing, nothing overflows, and nothing is logged as an error. */
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { pageFaults } from './page-faults.ts';
import { type Applied, apply, CAPPED, connect, PASSWORD, shared, unique, untilRecorded } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

test.setTimeout(900_000);

const organization = unique('pages');
const email = `${organization}@example.com`;
let applied: Applied;
let grantId: string;

test.beforeAll(async () => {
  applied = await apply({
    organization: { slug: organization, name: 'Pages' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [
      { slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' },
      { slug: 'everything', name: 'Everything', url: shared().everythingUrl, headers: { 'X-Api-Key': 'canary-secret-value-1234' } },
    ],
    policies: [
      { slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) },
      {
        slug: 'open',
        name: 'Open',
        document: {
          version: '1',
          default: 'deny',
          hide: ['get-env'],
          tools: { echo: {}, 'get-sum': { rate_limit: { max: 10, window: 60 } } },
        },
      },
    ],
    grants: [
      { label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'capped' }] },
      { label: 'ci', servers: [{ server: 'everything', policy: 'open' }] },
    ],
  });
  const client = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
  // At once: one after the other they may take a slow machine longer than the minute of the limit.
  const draw = (_: unknown, i: number) =>
    client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt: `tide ${i}` } });
  await Promise.all(Array.from({ length: 33 }, draw));
  await client.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'x' } });
  const other = await connect(applied.servers[1]?.url as string, applied.grants[1]?.token as string);
  await other.callTool({ name: 'echo', arguments: { message: 'hello' } });
  for (const one of [client, other]) await one.close();
  await untilRecorded(organization, 35);
});

const PUBLIC = ['/', '/sign-in', '/sign-up', '/no-such-page'];
const APP = [
  '',
  '/get-started',
  '/servers',
  '/servers/new',
  '/servers/wavespeed',
  '/servers/everything',
  '/policies',
  '/policies/new',
  '/policies/capped',
  '/policies/capped/versions',
  '/policies/capped/versions/1',
  '/grants',
  '/grants/new',
  '/grants/:grant',
  '/audit',
  '/audit?q=decision:limited',
  '/audit?event=:event',
  '/activity',
  '/settings',
  '/no-such-page',
];

async function signedIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await signIn(page, email);
  grantId ??= await findGrant(page);
  return page;
}

async function findGrant(page: Page): Promise<string> {
  await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
  const href = await page.getByRole('link', { name: 'cursor-laptop' }).first().getAttribute('href');
  return href?.split('/').at(-1) as string;
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 320])
    test(`${colorScheme}, ${width} px: no page has an accessibility fault, scrolls sideways, or logs an error`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      const faults: string[] = [];
      const look = async (page: Page, path: string, address: string) => {
        // What the page before says when it is left is not this one's.
        await page.goto('about:blank');
        const errors: string[] = [];
        const note = (text: string) => errors.push(text);
        page.on('pageerror', (error) => note(String(error)));
        page.on('console', (message) => message.type() === 'error' && !/404 \(Not Found\)/.test(message.text()) && note(message.text()));
        await visit(page, address);
        faults.push(...(await pageFaults(page, `${name(path)} ${colorScheme} ${width}`, { fullPage: true })));
        faults.push(...errors.map((text) => `${path}: ${text}`));
        page.removeAllListeners();
      };
      const visitor = await context.newPage();
      for (const path of PUBLIC) await look(visitor, path, shared().dashboardUrl + path);
      const member = await signedIn(context);
      const event = await newestEvent(member);
      for (const path of APP)
        await look(
          member,
          `/org${path}`,
          `${shared().dashboardUrl}/${organization}${path.replace(':grant', grantId).replace(':event', event)}`,
        );
      expect(faults).toEqual([]);
      await context.close();
    });

async function newestEvent(page: Page): Promise<string> {
  await visit(page, `${shared().dashboardUrl}/${organization}/audit?q=decision:limited`);
  return (await page.locator('[data-seq]').first().getAttribute('data-seq')) as string;
}

const name = (path: string): string => path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';

test('a secret header is never on a page again, and its last characters tell it apart', async ({ context }) => {
  const page = await signedIn(context);
  await visit(page, `${shared().dashboardUrl}/${organization}/servers/everything`);
  await expect(page.getByText(/••••1234/).first()).toBeVisible();
  expect(await page.content()).not.toContain('canary-secret-value-1234');
});
