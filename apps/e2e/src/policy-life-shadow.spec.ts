/** The shadow period of a version: the old one decides, the new one is recorded beside it, and then it takes its place. */
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { startPostgres } from '@toolgate/embedded/postgres';
import { runSql } from '@toolgate/testing/sql';
import { openPolicy, write } from './builder-page.ts';
import { keepNotices } from './keep-notices.ts';
import { pageFaults } from './page-faults.ts';
import { type Applied, apply, auditEvents, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { reload, visit } from './visit.ts';

const organization = unique('shadow');
const email = `${organization}@example.com`;
let applied: Applied;

const OPEN = { version: '1', default: 'deny', tools: { image_to_image: {}, text_to_image: {} } };
const DENIES = '{"version":"1","default":"deny","tools":{"text_to_image":{}}}';

test.beforeAll(async () => {
  applied = await apply({
    organization: { slug: organization, name: 'Shadow' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['shadowed', 'withdrawn'].map((slug) => ({ slug, name: slug, document: OPEN })),
    grants: [{ label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'shadowed' }] }],
  });
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('in a shadow period the old version decides and the new one is recorded beside it, until it takes force by itself', async ({
  page,
}) => {
  const client = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
  const draw = async () =>
    (await client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt: 'tide' } })).isError;
  await openPolicy(page, organization, 'shadowed');
  await write(page, DENIES);
  await page.getByRole('button', { name: 'Publish policy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Shadow first').selectOption('For an hour');
  await expect(dialog.getByText('Until then version 1 is enforced')).toBeVisible();
  await dialog.getByRole('button', { name: 'Publish version 2 in shadow' }).click();
  const banner = page.getByRole('region', { name: 'Shadow period' });
  await expect(banner).toContainText('Version 2 is in shadow: version 1 is enforced');
  await expect(banner).toContainText('So far it would have decided no call otherwise');
  await expect(page.getByRole('button', { name: 'Publish policy' })).toBeDisabled();
  expect(await pageFaults(page, 'shadow-period')).toEqual([]);

  expect(await draw()).toBeFalsy();
  await expect(async () => {
    await reload(page);
    await expect(banner.getByRole('link', { name: '1 denied' })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 120_000 });
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/shadowed/versions`);
  await expect(page.getByRole('row').filter({ hasText: 'in shadow' }).getByRole('link', { name: '2', exact: true })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'in force' }).getByRole('link', { name: '1', exact: true })).toBeVisible();
  await openPolicy(page, organization, 'shadowed');
  await banner.getByRole('link', { name: '1 denied' }).click();
  await page.locator('tr[data-seq]').first().getByRole('button').click();
  const event = page.getByRole('complementary', { name: /^Event \d+$/ });
  await expect(event.getByText('Version 2, in its shadow period, would have decided')).toBeVisible();

  // The hour is over: the worker does the rest.
  expect(await endPeriods(organization)).toBe(1);
  await expect(async () => expect(await draw()).toBe(true)).toPass({ timeout: 120_000 });
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['text_to_image']);
  await openPolicy(page, organization, 'shadowed');
  await expect(page.getByText('Version 2, in force on the one gateway that runs')).toBeVisible();
  await expect(banner).toBeHidden();
  await expect(async () => {
    const changes = (await auditEvents(organization)).filter(({ action }) => /shadow|scheduled/.test(String(action)));
    expect(changes.map(({ action, actor }) => [action, actor])).toEqual([
      ['policy.shadow', 'Owner'],
      ['policy.publish_scheduled', 'Owner'],
    ]);
  }).toPass({ timeout: 120_000 });
});

test('a version in shadow is enforced at once or withdrawn, by whoever sees it; publishing into shadow is undone', async ({ page }) => {
  await keepNotices(page);
  await openPolicy(page, organization, 'withdrawn');
  const intoShadow = async (version: number) => {
    await write(page, `${DENIES}\n`);
    await page.getByRole('button', { name: 'Publish policy' }).click();
    await page.getByRole('dialog').getByLabel('Shadow first').selectOption('For 24 hours');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Publish version ${version} in shadow` })
      .click();
    await expect(banner).toContainText(`Version ${version} is in shadow`);
  };
  const banner = page.getByRole('region', { name: 'Shadow period' });
  await intoShadow(2);
  await page.locator('[data-sonner-toast]').getByRole('button', { name: 'Undo' }).click();
  await expect(banner).toBeHidden();
  await expect(page.getByText('Changed since version 1')).toBeVisible();
  await intoShadow(3);
  await banner.getByRole('button', { name: 'Withdraw' }).click();
  await expect(banner).toBeHidden();
  await intoShadow(4);
  await banner.getByRole('button', { name: 'Enforce now' }).click();
  await expect(banner).toBeHidden();
  await expect(page.getByText('Version 4, in force on the one gateway that runs')).toBeVisible();
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/withdrawn/versions`);
  const marks = (number: number) => page.getByRole('row').filter({ has: page.getByRole('link', { name: String(number), exact: true }) });
  await expect(marks(4)).toContainText('in force');
  for (const number of [3, 2]) await expect(marks(number).getByTitle('Withdrawn by Owner: it never took force')).toBeVisible();
});

/** Moves the end of an organization's shadow periods to now. Gives how many there are. */
async function endPeriods(slug: string): Promise<number> {
  const postgres = await startPostgres({ folder: path.join(shared().dataFolder, 'postgres'), database: 'toolgate' });
  const sql = `UPDATE "PolicySchedule" SET at = now() WHERE "organizationId" = (SELECT id FROM "Organization" WHERE slug = $1)`;
  return runSql(postgres.url, sql, [slug]);
}
