/** Every view of the policy builder on a phone, a tablet and a desk, light and dark: no accessibility fault, nothing beside the window. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { apply, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { root } from './system.ts';

const organization = unique('screens');
const email = `${organization}@example.com`;
/** Where screenshots go when E2E_SCREENS names a folder. */
const screens = process.env.E2E_SCREENS;

/** Of the server's three tools, and patterns beside them. */
const DOCUMENT = {
  version: '1',
  default: 'deny',
  hide: ['delete_*'],
  methods: { 'prompts/*': 'allow' },
  all_tools: { limits: [{ counter: 'all', window: 'day', max: 1000, scope: 'organization' }] },
  tools: {
    image_to_image: {
      require: [
        { conditions: [{ path: 'args.images[*]', op: 'url_host_in', value: ['example.com'] }], on_deny: 'Use pictures of example.com' },
      ],
      deny_if: [{ path: 'args.guidance_scale', op: 'gt', value: 10 }],
      limits: [
        { counter: 'image_to_image_rate', window: 'minute', max: 30, scope: 'grant' },
        { concurrency: 4, scope: 'grant' },
      ],
    },
    text_to_image: { limits: [{ counter: 'text_to_image_rate', window: 'hour', max: 20, scope: 'grant' }] },
    generate_video: { approve_if: [{ conditions: [], timeout: '10m' }] },
    'get_*': {},
    'delete_*': { action: 'deny', reason: 'Ask Ann to delete it' },
  } as Record<string, object>,
};

test.beforeAll(async () => {
  const applied = await apply({
    organization: { slug: organization, name: 'Acme' },
    owner: { email, name: 'Ann', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [{ slug: 'image-agents', name: 'Image agents', document: DOCUMENT }],
    grants: ['cursor-laptop', 'nightly-ci'].map((label) => ({ label, servers: [{ server: 'wavespeed', policy: 'image-agents' }] })),
  });
  for (const [index, { token }] of applied.grants.entries()) {
    const client = await connect(applied.gatewayUrl, token ?? '');
    for (let call = 0; call < 12 - 8 * index; call++) await client.callTool({ name: 'text_to_image', arguments: { prompt: 'a gate' } });
    await client.close();
  }
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const [width, height] of [
    [1440, 900],
    [768, 1024],
    [320, 640],
  ] as const)
    test(`${colorScheme}, ${width} px: table, rule, board, JSON, a tried call and publishing`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await signIn(page, email);
      const found: string[] = [];
      const look = async (name: string, at?: Locator) => {
        // On a phone, what the picture is of begins below the header.
        if (width < 400) await at?.evaluate((element) => element.scrollIntoView({ block: 'start' }));
        found.push(...(await faults(page)).map((fault) => `${name}: ${fault}`));
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (sideways > 0) found.push(`${name}: ${sideways} px wider than the window`);
        const path = `${root}/${screens}/builder-${name}-${colorScheme}-${width}.png`;
        if (screens) await page.screenshot({ path });
      };
      const side = async (name: string) =>
        page
          .getByRole('radiogroup', { name: width < 1024 ? 'View' : 'Beside the table' })
          .getByRole('radio', { name, exact: true })
          .click();
      await page.goto(`${shared().dashboardUrl}/${organization}/policies/image-agents`);
      await expect(page.getByText(/of 20 used by cursor-laptop/)).toBeVisible();
      await look('table', page.getByRole('region', { name: 'Medium risk' }));
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await look('filter');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Open the rule of image_to_image' }).click();
      await page.getByRole('button', { name: 'Open the rule of image_to_image' }).waitFor({ state: 'detached' });
      await look('rule', page.getByRole('group', { name: 'Only if' }).last());
      await page.getByRole('button', { name: 'Close the rule of image_to_image' }).click();
      await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Board' }).click();
      await look('board', page.getByRole('group', { name: 'Board' }));
      await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Table' }).click();
      await page.getByRole('radiogroup', { name: 'Rule for generate_video' }).getByRole('radio', { name: 'Allow' }).click();
      await page.getByLabel('Most calls of text_to_image', { exact: true }).fill('40');
      if (width < 1024) {
        await side('JSON');
        await look('json', page.getByRole('region', { name: 'JSON and trying calls' }));
      }
      await side('Try a call');
      await expect(page.getByRole('region', { name: 'Decision' }).locator('[data-decision]').first()).toBeVisible();
      await look('try', page.getByRole('region', { name: 'Decision' }));
      await page.getByRole('button', { name: 'Publish policy' }).click();
      await expect(page.getByRole('dialog').getByText(/Widens access/)).toBeVisible();
      await look('publish');
      await page.goto(`${shared().dashboardUrl}/${organization}/grants`);
      await page.getByRole('link', { name: 'cursor-laptop' }).first().click();
      await expect(page.getByRole('region', { name: 'Limits in use' })).toBeVisible();
      await look('grant', page.getByRole('region', { name: 'Limits in use' }));
      expect(found).toEqual([]);
    });

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}
