/** Every view of the policy builder on a phone, a tablet and a desk, light and dark: no accessibility fault, nothing beside the window. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { pageFaults } from './page-faults.ts';
import { apply, auditEvents, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

const organization = unique('screens');
const email = `${organization}@example.com`;
/** Number of a call in the log that was refused. */
let refusedSeq = 0;

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
    if (index === 0)
      for (const image of ['https://example.com/a.png', 'https://elsewhere.test/a.png'])
        await client.callTool({ name: 'image_to_image', arguments: { image, images: [image], prompt: 'a gate' } });
    await client.close();
  }
  const refused = async () => (await auditEvents(organization)).find(({ decision }) => decision === 'denied')?.seq;
  await expect.poll(refused, { timeout: 120_000 }).toBeGreaterThan(0);
  refusedSeq = (await refused()) as number;
});

/** Looks at what is shown; on a phone a picture begins at `at`. */
type Look = (name: string, at?: Locator) => Promise<void>;

for (const colorScheme of ['light', 'dark'] as const)
  for (const [width, height] of [
    [1440, 900],
    [768, 1024],
    [320, 640],
  ] as const)
    test(`${colorScheme}, ${width} px: table, rule, board, JSON, a tried call, a call of the log and publishing`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await signIn(page, email);
      const found: string[] = [];
      const look: Look = async (name, at) => {
        if (width < 400) await at?.evaluate((element) => element.scrollIntoView({ block: 'start' }));
        found.push(...(await pageFaults(page, `builder-${name}-${colorScheme}-${width}`)));
      };
      await visit(page, `${shared().dashboardUrl}/${organization}/policies/image-agents?call=${refusedSeq}`);
      await expect(page.getByRole('region', { name: 'Recorded call' }).getByText('Now, by')).toBeVisible();
      await look('recorded', page.getByRole('region', { name: 'Recorded call' }));
      await visit(page, `${shared().dashboardUrl}/${organization}/policies/image-agents`);
      await lookAtTable(page, look);
      await lookAtBoard(page, look);
      await lookBeside(page, look, width < 1024 ? 'View' : 'Beside the table');
      await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
      await page.getByRole('link', { name: 'cursor-laptop' }).first().click();
      await expect(page.getByRole('region', { name: 'Limits in use' })).toBeVisible();
      await look('grant', page.getByRole('region', { name: 'Limits in use' }));
      expect(found).toEqual([]);
    });

async function lookAtTable(page: Page, look: Look): Promise<void> {
  await expect(page.getByText(/of 20 used by cursor-laptop/)).toBeVisible();
  await look('table', page.getByRole('region', { name: 'Medium risk' }));
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await look('filter');
  await page.keyboard.press('Escape');
  const rules = [
    ['image_to_image', 'rule', 'Only if'],
    ['generate_video', 'approval', 'Ask a person if'],
  ] as const;
  for (const [tool, name, part] of rules) {
    await page.getByRole('button', { name: `Open the rule of ${tool}` }).click();
    const opened = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: `Close the rule of ${tool}` }) });
    await look(name, opened.getByRole('group', { name: part }));
    await page.getByRole('button', { name: `Close the rule of ${tool}` }).click();
  }
  await page.getByText('All tools, hidden names, other methods').click();
  await page.getByRole('checkbox', { name: 'Select generate_video' }).check();
  // At the end of the page nothing lies under the bar of what is selected.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await look('document');
  await page.getByText('All tools, hidden names, other methods').click();
  await page.getByRole('checkbox', { name: 'Select generate_video' }).uncheck();
}

async function lookAtBoard(page: Page, look: Look): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Board' }).click();
  await look('board', page.getByRole('group', { name: 'Board' }));
  await page.getByRole('button', { name: 'Move image_to_image' }).click();
  await look('board-menu');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'image_to_image', exact: true }).click();
  await look('board-rule');
  await page.keyboard.press('Escape');
  await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Table' }).click();
}

/** @param views name of the control that chooses what is shown beside the rules, or instead of them */
async function lookBeside(page: Page, look: Look, views: string): Promise<void> {
  const side = (name: string) => page.getByRole('radiogroup', { name: views }).getByRole('radio', { name, exact: true }).click();
  await page.getByRole('radiogroup', { name: 'Rule for generate_video' }).getByRole('radio', { name: 'Allow' }).click();
  await page.getByLabel('Most calls of text_to_image', { exact: true }).fill('40');
  if (views === 'View') {
    await side('JSON');
    await look('json', page.getByRole('region', { name: 'JSON and trying calls' }));
  }
  await side('Try a call');
  const decision = page.getByRole('region', { name: 'Decision' });
  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  await decision.getByRole('radiogroup', { name: 'Counters' }).getByRole('radio', { name: 'As they are now' }).click();
  await expect(decision.getByText(/of 40 used by/)).toBeVisible();
  await look('try', decision);
  await page.getByText('Circumstances').click();
  await look('circumstances', page.getByText('Circumstances'));
  await decision.getByRole('button', { name: 'Save as test' }).click();
  await look('save-test');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Publish policy' }).click();
  await expect(page.getByRole('dialog').getByText(/Widens access/)).toBeVisible();
  await look('publish');
}
