/** Calls tried in the builder: as a grant, with made-up counters and with those in force, and by a document that never ends. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, test } from '@playwright/test';
import { decision, openPolicy, side, write } from './builder-page.ts';
import { pageFaults } from './page-faults.ts';
import { apply, connect, PASSWORD, unique } from './shared.ts';
import { signIn } from './sign-in.ts';

const organization = unique('try');
const email = `${organization}@example.com`;
const EMPTY = { version: '1', default: 'deny', tools: { image_to_image: {} } };
const COUNTED = {
  version: '1',
  default: 'deny',
  tools: {
    text_to_image: {
      limits: [
        { counter: 'texts', window: 'hour', max: 4 },
        { concurrency: 2, scope: 'server' },
      ],
    },
  },
};
let agent: Client;

test.beforeAll(async () => {
  const applied = await apply({
    organization: { slug: organization, name: 'Try' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [
      { slug: 'tried', name: 'tried', document: EMPTY },
      { slug: 'hung', name: 'hung', document: EMPTY },
      { slug: 'counted', name: 'counted', document: COUNTED },
    ],
    grants: [
      { label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'tried' }] },
      { label: 'claude-ci', servers: [{ server: 'wavespeed', policy: 'counted' }] },
    ],
  });
  agent = await connect(applied.gatewayUrl, applied.grants.find(({ label }) => label === 'claude-ci')?.token ?? '');
});
test.afterAll(() => agent?.close());

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('a call is tried as a grant with its kind as tag; shadow rules and calls at once are told', async ({ page }) => {
  await openPolicy(page, organization, 'tried');
  await write(
    page,
    JSON.stringify({
      version: '1',
      default: 'deny',
      tools: {
        image_to_image: { require: [{ path: 'grant.tags', op: 'contains', value: 'agent' }], limits: [{ concurrency: 2 }] },
        text_to_image: { mode: 'shadow', action: 'deny', reason: 'Not yet' },
      },
    }),
  );
  await side(page, 'Try a call');
  await page.getByLabel('Tool', { exact: true }).fill('image_to_image');
  await expect(page.getByLabel('As the grant')).toHaveValue('cursor-laptop');
  await expect(decision(page).getByText('allowed', { exact: true }).first()).toBeVisible();
  await page.getByLabel('As the grant').selectOption('Another …');
  await page.getByLabel('Tag').selectOption('person');
  await expect(decision(page).getByText('requirement_not_met')).toBeVisible();
  await page.getByLabel('Tag').selectOption('agent');
  await decision(page).getByRole('spinbutton').fill('2');
  await expect(decision(page).getByText(/limited to 2 calls at once per grant; try again when one of them has ended/)).toBeVisible();

  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  await expect(decision(page).getByText('Were shadow rules enforced:')).toBeVisible();
  await expect(decision(page).locator('[data-shadow][data-decision=deny]')).toBeVisible();
  await page.getByRole('radiogroup', { name: 'Arguments as' }).getByRole('radio', { name: 'Form' }).click();
  await page.getByRole('group', { name: 'Arguments' }).getByLabel('num_images').fill('3');
  await page.getByRole('radiogroup', { name: 'Arguments as' }).getByRole('radio', { name: 'JSON' }).click();
  await expect(page.getByLabel('Arguments (JSON)')).toHaveValue(/"num_images": 3/);
  await page.getByText('Circumstances').click();
  await page.getByLabel('State').selectOption('The server is paused');
  await expect(
    decision(page)
      .getByRole('code')
      .filter({ hasText: /^paused$/ }),
  ).toBeVisible();
});

test('a call is tried with the counters as they are now, which go on counting while it is looked at', async ({ page }) => {
  const draw = () => agent.callTool({ name: 'text_to_image', arguments: { prompt: 'a gate' } });
  for (let call = 0; call < 3; call++) await draw();
  await openPolicy(page, organization, 'counted');
  await side(page, 'Try a call');
  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  await expect(page.getByLabel('As the grant')).toHaveValue('claude-ci');
  const counters = decision(page).getByRole('list', { name: 'Counters' });
  await expect(counters.getByRole('spinbutton')).toHaveCount(2);
  await decision(page).getByRole('radiogroup', { name: 'Counters' }).getByRole('radio', { name: 'As they are now' }).click();
  await expect(counters.getByRole('spinbutton')).toHaveCount(0);
  await expect(counters.getByText(/^3 of 4 used by claude-ci, next free in \d+ min$/)).toBeVisible();
  await expect(counters.getByText(/^0 of 2 calls running for wavespeed$/)).toBeVisible();
  await expect(decision(page).getByText(/^limits live/)).toBeVisible();
  await expect(decision(page).locator('[data-decision=allow]').first()).toBeVisible();
  await draw();
  await expect(counters.getByText(/^4 of 4 used by claude-ci/)).toBeVisible();
  await expect(decision(page).getByText('limit_reached')).toBeVisible();
  expect(await pageFaults(page, 'try-counters-now')).toEqual([]);

  // Another maximum is the same counter, another window is not.
  await page.getByLabel('Most calls of text_to_image', { exact: true }).fill('5');
  await expect(counters.getByText(/^4 of 5 used by claude-ci/)).toBeVisible();
  await expect(decision(page).locator('[data-decision=allow]').first()).toBeVisible();
  await page.getByLabel('Window of the limit of text_to_image').selectOption('day');
  await expect(counters.getByText(/^nothing is counted of this caller, or by this limit/)).toBeVisible();
  await page.getByLabel('Window of the limit of text_to_image').selectOption('hour');
  await page.getByLabel('As the grant').selectOption('Another …');
  await expect(counters.getByText(/^nothing is counted of this caller, or by this limit/)).toBeVisible();
  await decision(page).getByRole('radiogroup', { name: 'Counters' }).getByRole('radio', { name: 'Made up' }).click();
  await expect(counters.getByRole('spinbutton')).toHaveCount(2);
});

test('a document that keeps the engine busy is given up, and the page stays usable', async ({ page }) => {
  await page.route(/worker.*\.js/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'postMessage({ ready: true }); onmessage = () => { for (;;); };' }),
  );
  await openPolicy(page, organization, 'hung');
  await side(page, 'Try a call');
  await expect(decision(page).getByText('This took longer than two seconds')).toBeVisible();
  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  await expect(page.getByLabel('Tool', { exact: true })).toHaveValue('text_to_image');
});
