/** The life of a policy: tests that block, the last calls decided again, a publish and its undo, two people at once, suggestions. */
import { expect, type Page, test } from '@playwright/test';
import { keepNotices } from './keep-notices.ts';
import { pageFaults } from './page-faults.ts';
import { type Applied, apply, auditEvents, connect, PASSWORD, shared, unique, untilRecorded } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

const organization = unique('life');
const email = `${organization}@example.com`;
let applied: Applied;

const OPEN = { version: '1', default: 'deny', tools: { image_to_image: {}, text_to_image: {} } };
const DENIES = '{"version":"1","default":"deny","tools":{"text_to_image":{}}}';
const CALLS = 12;

test.beforeAll(async () => {
  applied = await apply({
    organization: { slug: organization, name: 'Life' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['tested', 'called', 'shared', 'valued'].map((slug) => ({
      slug,
      name: slug,
      document: OPEN,
    })),
    grants: [
      { label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'called' }] },
      { label: 'valued-laptop', servers: [{ server: 'wavespeed', policy: 'valued' }] },
    ],
  });
  const client = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
  for (let call = 0; call < CALLS; call++)
    await client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt: `tide ${call}` } });
  await client.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'x' } });
  await client.close();
  await untilRecorded(organization, CALLS + 1);
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('a call that was tried becomes a test, which runs while the draft is edited and blocks publishing until a reason is given', async ({
  page,
}) => {
  await open(page, 'tested');
  await pane(page, 'Try a call');
  await page.getByLabel('Tool', { exact: true }).fill('image_to_image');
  await expect(page.getByRole('region', { name: 'Decision' }).getByText('allowed', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Save as test' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Pictures can be changed');
  await page.getByRole('button', { name: 'Save test' }).click();
  await pane(page, 'Tests');
  const row = page.getByRole('list', { name: 'Tests' }).getByRole('listitem').filter({ hasText: 'Pictures can be changed' });
  await expect(row).toHaveAttribute('data-test', 'passes');

  await rewrite(page, DENIES);
  await pane(page, 'Tests');
  await expect(row).toHaveAttribute('data-test', 'fails');
  await expect(row).toContainText('denied by /default');
  await page.getByRole('button', { name: 'Publish policy' }).click();
  const dialog = page.getByRole('dialog');
  const publish = dialog.getByRole('button', { name: 'Publish version 2' });
  await expect(dialog.getByText('1 of 1 test fails')).toBeVisible();
  await expect(publish).toBeDisabled();
  await dialog.getByLabel('Reason for publishing anyway').fill('Pictures are over');
  await publish.click();
  await expect(dialog).toBeHidden();
  await visit(page, at('tested/versions'));
  await expect(page.getByText('(published although a test fails: Pictures are over)')).toBeVisible();
  await open(page, 'tested');
  await pane(page, 'Tests');
  await page.getByRole('button', { name: 'Remove test Pictures can be changed' }).click();
  await expect(page.getByText('A test is a call and what must become of it.')).toBeVisible();
});

test('the last calls are decided again by the draft, each with a link to its event', async ({ page }) => {
  await open(page, 'called');
  await rewrite(page, DENIES);
  await pane(page, 'Replay');
  await replay(page, { newly_denied: CALLS, newly_allowed: 0, unchanged: 1 });
  const denied = page.locator('[data-change=newly_denied]');
  await denied.locator('summary').click();
  const [event] = await Promise.all([page.context().waitForEvent('page'), denied.getByRole('link').first().click()]);
  await expect(event.getByRole('complementary').getByText('image_to_image').first()).toBeVisible();
  await event.close();
  await rewrite(
    page,
    JSON.stringify({ version: '1', default: 'deny', tools: { image_to_image: { limits: [{ counter: 'c', window: 'day', max: 5 }] } } }),
  );
  await pane(page, 'Replay');
  await expect(page.getByText('The draft has changed since')).toBeVisible();
  await replay(page, { newly_denied: CALLS - 5, unchanged: 6 });
  await rewrite(
    page,
    JSON.stringify({
      version: '1',
      default: 'allow',
      tools: { image_to_image: { deny_if: [{ path: 'args.prompt', op: 'eq', value: 'x' }] } },
    }),
  );
  await pane(page, 'Replay');
  await replay(page, { not_decidable: CALLS, newly_allowed: 1 });
  await page.getByRole('button', { name: 'Discard' }).click();
});

test('publishing shows words, tests, replay and grants, says where it is in force, and is undone', async ({ page }) => {
  await keepNotices(page);
  await open(page, 'called');
  await rewrite(page, DENIES);
  await page.getByRole('button', { name: 'Publish policy' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Narrows access/i)).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'Replay' })).toContainText(`newly denied ${CALLS}`);
  await expect(dialog.getByRole('region', { name: 'Affected grants' })).toContainText('cursor-laptop');
  await dialog.getByLabel('Message').fill('No pictures');
  await dialog.getByRole('button', { name: 'Publish version 2' }).click();
  await expect(page.getByText('Version 2 is in force on the one gateway that runs')).toBeVisible();
  const client = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['text_to_image']);
  await page.locator('[data-sonner-toast]').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Version 3 says what version 1 said')).toBeVisible();
  expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual(['image_to_image', 'text_to_image']);
});

test('of two people at once the second sees base, theirs and mine, and loses nothing', async ({ page, context }) => {
  await open(page, 'shared');
  await rewrite(page, JSON.stringify({ ...OPEN, tools: { image_to_image: { action: 'deny' }, text_to_image: {}, generate_video: {} } }));
  const other = await context.newPage();
  await open(other, 'shared');
  await rewrite(other, JSON.stringify({ ...OPEN, hide: ['secret_*'], tools: { image_to_image: { action: 'hide' }, text_to_image: {} } }));
  await other.getByRole('button', { name: 'Publish policy' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Publish version 2' }).click();
  await expect(other.getByRole('dialog')).toBeHidden();
  await other.close();

  await page.getByRole('button', { name: 'Publish policy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Publish version 2' }).click();
  await expect(dialog.getByText('Owner published version 2 meanwhile')).toBeVisible();
  const choice = dialog.getByRole('group', { name: '/tools/image_to_image' });
  await expect(choice.getByRole('radio', { name: /^Theirs/ })).toBeChecked();
  await choice.getByRole('radio', { name: /^Mine/ }).check();
  expect(await pageFaults(page, 'life-merge')).toEqual([]);
  await dialog.getByRole('button', { name: 'Merge into the draft' }).click();
  await dialog.getByRole('button', { name: 'Publish version 3' }).click();
  await expect(dialog).toBeHidden();
  await visit(page, at('shared/versions/3'));
  for (const part of ['secret_*', '"generate_video"', '"deny"']) await expect(page.getByRole('main')).toContainText(part);
});

test('what nobody used is told, and a least-privilege policy is learned from the calls', async ({ page }) => {
  await open(page, 'called');
  await pane(page, 'Suggest');
  const unused = page.getByRole('region', { name: 'Unused' });
  await expect(unused.locator('[data-unused=unused_tool]')).toContainText('/tools/text_to_image');
  await unused.getByRole('button', { name: 'Deny it: /tools/text_to_image' }).click();
  await expect(unused.getByText('Every permission was used')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  const learned = page.getByRole('region', { name: 'Learned', exact: true });
  await learned.getByRole('button', { name: 'Learn from the calls' }).click();
  await expect(learned.getByRole('row').filter({ hasText: 'image_to_image' })).toContainText(`${CALLS}`);
  await learned.getByRole('button', { name: 'Use as the draft' }).click();
  await pane(page, 'Replay');
  await replay(page, { newly_denied: 0, newly_allowed: 0, unchanged: CALLS + 1 });
});

test('what depends on values is decided with those that were captured, once somebody asks for them, and the log says so', async ({
  page,
}) => {
  await visit(page, `${shared().dashboardUrl}/${organization}/settings/audit`);
  await page.getByRole('switch', { name: 'Keep argument values of WavespeedMCP' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep argument values' }).click();
  await expect(page.getByRole('switch', { name: 'Keep argument values of WavespeedMCP' })).toBeChecked();
  const client = await connect(applied.servers[0]?.url as string, grantOf('valued-laptop'));
  for (const prompt of ['tide', 'tide', 'storm', 'tide'])
    await client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt } });

  await open(page, 'valued');
  const denied = { path: 'args.prompt', op: 'eq', value: 'storm' };
  await rewrite(page, JSON.stringify({ ...OPEN, tools: { image_to_image: { deny_if: [denied] } } }));
  await pane(page, 'Replay');
  await untilRecorded(organization, CALLS + 5);
  await replay(page, { not_decidable: 4, newly_denied: 0 });
  await expect(page.getByText('The values of 4 of them were captured')).toBeVisible();
  expect(await pageFaults(page, 'life-values')).toEqual([]);
  await page.getByRole('button', { name: 'Replay with values' }).click();
  for (const [change, count] of [
    ['newly_denied', 1],
    ['unchanged', 3],
    ['not_decidable', 0],
  ] as const)
    await expect(page.locator(`[data-change=${change}]`)).toHaveAttribute('data-count', String(count));
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(async () => {
    const [reading, ...others] = (await auditEvents(organization)).filter(({ action }) => action === 'audit.read_captures');
    expect(others).toEqual([]);
    expect(reading).toMatchObject({ actor: 'Owner', detail: { target: { name: 'valued' }, after: { why: 'replay', calls: 4 } } });
  }).toPass({ timeout: 120_000 });
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 320])
    test(`${colorScheme}, ${width} px: tests, replay, suggestions and the publish dialog have no accessibility fault`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await visit(page, at('called'));
      const found: string[] = [];
      const look = async (name: string) => found.push(...(await pageFaults(page, `life-${name}-${colorScheme}-${width}`)));
      await pane(page, 'Suggest');
      await page.getByRole('button', { name: 'Learn from the calls' }).click();
      await expect(page.getByRole('button', { name: 'Use as the draft' }).first()).toBeVisible();
      await look('suggest');
      await page.getByRole('button', { name: 'Use as the draft' }).first().click();
      await pane(page, 'Replay');
      await page.getByRole('button', { name: 'Replay calls' }).click();
      const unchanged = page.locator('[data-change=unchanged] summary');
      await unchanged.click();
      await look('replay');
      await pane(page, 'Try a call');
      await page.getByLabel('Tool', { exact: true }).fill('generate_video');
      await page.getByRole('button', { name: 'Save as test' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill(`Video ${colorScheme} ${width}`);
      await look('save-test');
      await page.getByRole('button', { name: 'Save test' }).click();
      await pane(page, 'Tests');
      await expect(page.locator('[data-test=passes]').first()).toBeVisible();
      await look('tests');
      await page.getByRole('button', { name: 'Publish policy' }).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog.getByRole('region', { name: 'Replay' }).getByText(/newly denied/)).toBeVisible();
      await dialog.getByLabel('Shadow first').selectOption('For 24 hours');
      await look('publish');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Discard' }).click();
      expect(found).toEqual([]);
    });

const grantOf = (label: string): string => applied.grants.find((grant) => grant.label === label)?.token as string;

const at = (page: string): string => `${shared().dashboardUrl}/${organization}/policies/${page}`;

const editor = (page: Page) => page.getByRole('textbox', { name: 'Policy document, JSON' });

async function open(page: Page, policy: string): Promise<void> {
  await visit(page, at(policy));
  await expect(editor(page)).toBeVisible({ timeout: 60_000 });
}

async function pane(page: Page, name: string): Promise<void> {
  const views = (page.viewportSize()?.width ?? 0) < 1000 ? 'View' : 'Beside the table';
  await page.getByRole('radiogroup', { name: views }).getByRole('radio', { name }).click();
}

/** Puts a text in place of the whole document. */
async function rewrite(page: Page, text: string): Promise<void> {
  await pane(page, 'JSON');
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

async function replay(page: Page, counts: Record<string, number>): Promise<void> {
  await page.getByRole('button', { name: 'Replay calls' }).click();
  for (const [change, count] of Object.entries(counts))
    await expect(page.locator(`[data-change=${change}]`)).toHaveAttribute('data-count', String(count));
}
