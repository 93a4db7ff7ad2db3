/** What publishing a draft changes, in words, and taking it back. */
import { expect, test } from '@playwright/test';
import { openPolicy, write } from './builder-page.ts';
import { keepNotices } from './keep-notices.ts';
import { pageFaults } from './page-faults.ts';
import { apply, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

const organization = unique('publish');
const email = `${organization}@example.com`;

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Publish' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['published'].map((slug) => ({
      slug,
      name: slug,
      document: { version: '1', default: 'deny', tools: { image_to_image: {} } },
    })),
  });
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('publishing tells what changes by meaning, and so does the comparison of versions', async ({ page }) => {
  await keepNotices(page);
  await openPolicy(page, organization, 'published');
  await write(
    page,
    JSON.stringify({
      version: '1',
      default: 'deny',
      methods: { 'prompts/*': 'allow' },
      tools: { image_to_image: { limits: [{ counter: 'c', window: 'minute', max: 30 }] }, generate_video: {} },
    }),
  );
  await page.getByRole('button', { name: 'Publish policy' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Widens access: \+1 tool allowed/)).toBeVisible();
  await expect(dialog.getByText(/^Narrows access: 1 limit added/)).toBeVisible();
  await expect(dialog.getByText('generate_video is denied by default.')).toBeVisible();
  await expect(dialog.getByText('prompts/get')).toBeVisible();
  expect(await pageFaults(page, 'publishing')).toEqual([]);
  await dialog.getByRole('button', { name: 'Publish version 2' }).click();
  await expect(page.getByText('Version 2 is in force')).toBeVisible();
  await page.locator('[data-sonner-toast]').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Version 3 says what version 1 said')).toBeVisible();
  await expect(page.getByText('Changed since version 3')).toBeVisible();
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/published/versions/1?view=compare`);
  await expect(page.getByText('letter by letter')).toBeVisible();
  await page.getByLabel('Compare with version').selectOption({ label: 'version 2' });
  await expect(page.getByRole('region', { name: 'What changed' }).getByText(/^Widens access: \+1 tool allowed/)).toBeVisible();
});
