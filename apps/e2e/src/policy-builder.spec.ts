/** The policy page: the JSON with its completion and problems, calls tried as a grant, and what publishing changes, in words. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { apply, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { root } from './system.ts';

const organization = unique('builder');
/** Where screenshots go when E2E_SCREENS names a folder. */
const screens = process.env.E2E_SCREENS;
const email = `${organization}@example.com`;
const editor = (page: Page) => page.getByRole('textbox', { name: 'Policy document, JSON' });
const decision = (page: Page) => page.getByRole('region', { name: 'Decision' });

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Builder' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['json', 'words', 'tried', 'published', 'built', 'board', 'hung']
      .map((slug) => ({
        slug,
        name: slug,
        document: { version: '1', default: 'deny', tools: { image_to_image: {} as object } as Record<string, object> },
      }))
      .concat({ slug: 'large', name: 'large', document: large() }, { slug: 'shown', name: 'Image agents', document: SHOWN }),
    grants: [{ label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'tried' }] }],
  });
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('the JSON is completed from the schema and the tools, and each error stands at its place', async ({ page }) => {
  await open(page, 'json');
  const choices = page.locator('.cm-tooltip-autocomplete').getByRole('option');
  await write(page, '{"version":"1","default":"deny","tools":{}}');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('"');
  await expect(choices.filter({ hasText: 'generate_video' })).toBeVisible();
  await page.keyboard.type('gen');
  await expect(choices).toHaveCount(1);
  await page.keyboard.press('Enter');
  await page.keyboard.type('{"');
  await expect(choices.filter({ hasText: 'deny_if' })).toBeVisible();
  await page.keyboard.press('Escape');

  await write(page, '{\n  "version": "1",\n  "defualt": "deny",\n  "tools": { "image_to_image": { "limits": [{ "counter": "c" }] } }\n}');
  await expect(page.locator('.cm-lintRange-error').first()).toBeVisible();
  const problems = page.getByRole('group', { name: 'Problems' });
  await problems.getByRole('button', { name: /defualt.*line 3/ }).click();
  await expect(page.locator('.cm-marked-line').first()).toContainText('defualt');
  await expect(page.getByRole('button', { name: 'Publish policy' })).toBeDisabled();
});

test('warnings, conversions and what cannot be published are marked and listed with their lines', async ({ page }) => {
  await open(page, 'words');
  await write(
    page,
    JSON.stringify(
      { version: '1', default: 'allow', tools: { image_to_image: { rate_limit: '5/hour' }, image_to_imagine: { action: 'deny' } } },
      null,
      2,
    ),
  );
  const problems = page.getByRole('group', { name: 'Problems' });
  await expect(problems.getByRole('button', { name: /^Warning: Every tool that is not named.*line 3$/ })).toBeVisible();
  await expect(problems.getByRole('button', { name: /^Read as: Read as the limit.*line 6$/ })).toBeVisible();
  await problems.getByRole('button', { name: /^Warning: The server has no tool "image_to_imagine".*line 8$/ }).click();
  await expect(page.locator('.cm-marked-line').first()).toContainText('image_to_imagine');
  await expect(page.locator('.cm-lintRange-warning').first()).toBeVisible();
  await expect(page.locator('.cm-lintRange-info').first()).toBeVisible();
});

test('a call is tried as a grant with its kind as tag; shadow rules and calls at once are told', async ({ page }) => {
  await open(page, 'tried');
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
  await page.getByRole('radiogroup', { name: 'Beside the table' }).getByRole('radio', { name: 'Try a call' }).click();
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

test('publishing tells what changes by meaning, and so does the comparison of versions', async ({ page }) => {
  await open(page, 'published');
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
  expect(await faults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Publish version 2' }).click();
  await expect(page.getByText('Version 2 is in force')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByText('Version 3 says what version 1 said')).toBeVisible();
  await expect(page.getByText('Changed since version 3')).toBeVisible();
  await page.goto(`${shared().dashboardUrl}/${organization}/policies/published/versions/1?view=compare`);
  await expect(page.getByText('letter by letter')).toBeVisible();
  await page.getByLabel('Compare with version').selectOption({ label: 'version 2' });
  await expect(page.getByRole('region', { name: 'What changed' }).getByText(/^Widens access: \+1 tool allowed/)).toBeVisible();
});

test('a document that keeps the engine busy is given up, and the page stays usable', async ({ page }) => {
  await page.route(/worker.*\.js/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'postMessage({ ready: true }); onmessage = () => { for (;;); };' }),
  );
  await open(page, 'hung');
  await page.getByRole('radiogroup', { name: 'Beside the table' }).getByRole('radio', { name: 'Try a call' }).click();
  await expect(decision(page).getByText('This took longer than two seconds')).toBeVisible();
  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  await expect(page.getByLabel('Tool', { exact: true })).toHaveValue('text_to_image');
});

test('everything a rule can say is built without typing JSON', async ({ page }) => {
  await open(page, 'built');
  await page.getByRole('button', { name: 'Open the rule of image_to_image' }).click();
  const rule = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Close the rule of image_to_image' }) });
  const requirement = 'image_to_image, only if 1, condition 1';

  await rule.getByRole('button', { name: 'Requirement' }).click();
  await rule.getByLabel(`What ${requirement} looks at`).fill('args.guidance_scale');
  await rule.getByLabel(`Operator of ${requirement}`).selectOption('is at most');
  await rule.getByLabel(`Value of ${requirement}`).fill('7.5');
  await rule.getByLabel('What the caller of image_to_image, only if 1 is told').fill('Use a lower scale');

  const reason = 'image_to_image, not if 1, condition 1';
  await rule.getByRole('button', { name: 'Reason to deny' }).click();
  await rule.getByLabel(`What ${reason} looks at`).fill('args.images[*]');
  await rule.getByLabel(`Operator of ${reason}`).selectOption('is a URL at');
  await rule.getByLabel(`Value of ${reason}, one a line`).fill('bad.example\n*.worse.example');
  await rule.getByLabel(`How many values of ${reason}`).selectOption('every');

  await rule.getByRole('button', { name: 'Ask a person if: always' }).click();
  await rule.getByLabel('How many people approve image_to_image, ask a person if 1').fill('2');
  await rule.getByLabel('How long there is to approve image_to_image, ask a person if 1').fill('2h');

  await rule.getByRole('button', { name: 'Limit', exact: true }).click();
  await rule.getByRole('button', { name: 'Limit', exact: true }).click();
  await rule.getByLabel('What the limit of image_to_image, 2 counts').selectOption('of args.guidance_scale');
  await rule.getByLabel('Most args.guidance_scale of image_to_image, 2').fill('99.5');
  await rule.getByLabel('Window of the limit of image_to_image, 2').selectOption('another …');
  await rule.getByLabel('Length of the window of image_to_image, 2').fill('36h');
  await rule.getByLabel('Who shares the limit of image_to_image, 2').selectOption('organization');
  await rule.getByLabel('Counter of the limit of image_to_image, 2').fill('spend');
  await rule
    .getByRole('checkbox', { name: /give back/ })
    .nth(1)
    .check();
  await rule
    .getByRole('checkbox', { name: /let through/ })
    .nth(1)
    .check();
  await rule.getByRole('button', { name: 'Calls at once' }).click();
  await rule.getByLabel('Most calls of image_to_image at once').fill('3');
  await rule.getByRole('checkbox', { name: /Only record what this rule/ }).check();
  expect(await faults(page)).toEqual([]);

  await page.getByText('All tools, hidden names, other methods').click();
  await page.getByLabel('Add to: Hidden names').fill('delete_*');
  await page.getByLabel('Add to: Hidden names').press('Enter');
  await page.getByLabel('Add to: Other methods').fill('prompts/*');
  await page.getByLabel('Add to: Other methods').press('Enter');
  const all = page.getByRole('group', { name: 'Rule for all tools' }).first();
  await all.getByRole('button', { name: 'Write one' }).click();
  await all.getByRole('button', { name: 'Reason to deny' }).click();
  await all.getByLabel('What all tools, not if 1, condition 1 looks at').fill('tool.risk');
  await all.getByLabel('Value of all tools, not if 1, condition 1').selectOption('Critical');
  await page.getByLabel('Rule for a pattern or another tool').fill('get_*');
  await page.getByRole('button', { name: 'Add rule' }).click();

  expect(JSON.parse(await draft(page))).toEqual({
    version: '1',
    default: 'deny',
    tools: {
      image_to_image: {
        require: [{ conditions: [{ path: 'args.guidance_scale', op: 'lte', value: 7.5 }], on_deny: 'Use a lower scale' }],
        deny_if: [
          { conditions: [{ path: 'args.images[*]', op: 'url_host_in', value: ['bad.example', '*.worse.example'], match: 'every' }] },
        ],
        approve_if: [{ conditions: [], approvals: 2, timeout: '2h' }],
        limits: [
          { counter: 'image_to_image_rate', window: 'minute', max: 30, scope: 'grant' },
          {
            counter: 'spend',
            window: '36h',
            max: 99.5,
            scope: 'organization',
            by: 'args.guidance_scale',
            refund_on: ['tool_error'],
            on_unavailable: 'allow',
          },
          { concurrency: 3, scope: 'grant' },
        ],
        mode: 'shadow',
      },
      'get_*': { action: 'deny' },
    },
    hide: ['delete_*'],
    methods: { 'prompts/*': 'allow' },
    all_tools: { deny_if: [{ conditions: [{ path: 'tool.risk', op: 'eq', value: 'Critical' }] }] },
  });
  expect(await faults(page)).toEqual([]);
});

test('cards of the board are moved by keys, by menu and by dragging, and every move can be undone', async ({ page }) => {
  await open(page, 'board');
  await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Board' }).click();
  const column = (name: string) => page.getByRole('group', { name: 'Board' }).getByRole('region', { name });
  const card = page.getByRole('button', { name: 'image_to_image', exact: true });
  await expect(column('Allow').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
  await card.focus();
  await page.keyboard.press('2');
  await expect(column('Limit').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
  await column('Limit').getByRole('button', { name: 'Move image_to_image' }).click();
  await page.getByRole('menuitem', { name: /Hide/ }).click();
  await expect(column('Hide').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
  await drag(page, column('Deny').getByRole('listitem').filter({ hasText: 'generate_video' }), column('Approve'));
  await expect(column('Approve').getByRole('button', { name: 'generate_video', exact: true })).toBeVisible();
  await drag(page, column('Approve').getByRole('listitem').filter({ hasText: 'generate_video' }), column('Allow'));
  await expect(column('Allow').getByRole('button', { name: 'generate_video', exact: true })).toBeVisible();
  expect(Object.keys(JSON.parse(await draft(page)).tools)).toContain('generate_video');
  await column('Allow').getByRole('button', { name: 'generate_video', exact: true }).click();
  await expect(page.getByRole('complementary', { name: 'generate_video' }).getByRole('button', { name: 'Requirement' })).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  for (let undone = 0; undone < 4; undone++) await page.getByRole('button', { name: 'Undo' }).click();
  await expect(column('Allow').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 320])
    test(`${colorScheme}, ${width} px: the open rule, the board, a tried call and the publish dialog have no accessibility fault`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${shared().dashboardUrl}/${organization}/policies/shown`);
      const found: string[] = [];
      const look = async (name: string) => {
        found.push(...(await faults(page)).map((fault) => `${name}: ${fault}`));
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (sideways > 0) found.push(`${name}: ${sideways} px wider than the window`);
        if (screens) await page.screenshot({ path: `${root}/${screens}/builder-${name}-${colorScheme}-${width}.png`, fullPage: true });
      };
      await page.getByRole('button', { name: 'Open the rule of image_to_image' }).click();
      await page.getByText('All tools, hidden names, other methods').click();
      await page.getByRole('checkbox', { name: 'Select generate_video' }).check();
      // At the end of the page nothing lies under the bar of what is selected.
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await look('rule');
      await page.getByRole('radiogroup', { name: 'Rule for generate_video' }).getByRole('radio', { name: 'Limit' }).click();
      await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Board' }).click();
      await look('board');
      await page.getByRole('button', { name: 'Move image_to_image' }).click();
      await look('board-menu');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'image_to_image', exact: true }).click();
      await look('board-rule');
      await page.keyboard.press('Escape');
      await page
        .getByRole('radiogroup', { name: width < 1000 ? 'View' : 'Beside the table' })
        .getByRole('radio', { name: 'Try a call' })
        .click();
      await page.getByText('Circumstances').click();
      await expect(decision(page).locator('[data-decision]').first()).toBeVisible();
      await look('try');
      await page.getByRole('button', { name: 'Publish policy' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await look('publish');
      expect(found).toEqual([]);
    });

test('500 rules are searched, changed and denied together without waiting', async ({ page }) => {
  await open(page, 'large');
  const rows = page.getByRole('region', { name: 'Not on these servers' });
  await expect(rows.getByRole('listitem')).toHaveCount(500);
  const took = async (act: () => Promise<void>, seen: () => Promise<void>) => {
    const began = Date.now();
    await act();
    await seen();
    return Date.now() - began;
  };
  const search = await took(
    () => page.getByLabel('Search tools').fill('tool_499'),
    () => expect(rows.getByRole('listitem')).toHaveCount(1),
  );
  const deny = page.getByRole('radiogroup', { name: 'Rule for tool_499' }).getByRole('radio', { name: 'Deny' });
  const change = await took(
    () => deny.click(),
    () => expect(rows.getByText('tool_499 is denied.')).toBeVisible(),
  );
  await page.getByLabel('Search tools').fill('');
  await expect(rows.getByRole('listitem')).toHaveCount(500);
  await page.getByRole('button', { name: 'Select all of Not on these servers' }).click();
  const bulk = page.getByRole('region', { name: 'Selected rules' });
  await expect(bulk.getByText('500 selected')).toBeVisible();
  const together = await took(
    () => bulk.getByRole('button', { name: 'Hide' }).click(),
    () => expect(rows.getByText('tool_0 is hidden and denied.')).toBeVisible(),
  );
  process.stdout.write(`500 rules: search ${search} ms, one change ${change} ms, 500 changes ${together} ms\n`);
  expect(search).toBeLessThan(1_500);
  expect(change).toBeLessThan(1_500);
  expect(together).toBeLessThan(5_000);
});

/** A bit of everything. */
const SHOWN = {
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
      limits: [{ counter: 'image_to_image_rate', window: 'minute', max: 30, scope: 'grant' }, { concurrency: 4 }],
    },
    text_to_image: { mode: 'shadow', action: 'deny', reason: 'Not yet' },
  } as Record<string, object>,
};

function large(): { version: string; default: string; tools: Record<string, object> } {
  const limit = (name: string) => ({ limits: [{ counter: name, window: 'minute', max: 30, scope: 'grant' }] });
  return {
    version: '1',
    default: 'deny',
    tools: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`tool_${at}`, limit(`c${at}`)])),
  };
}

/** By hand: what a drag is over is told only when the pointer moves there. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await to.scrollIntoViewIfNeeded();
  await from.hover();
  await page.mouse.down();
  await to.hover({ position: { x: 30, y: 12 } });
  await to.hover({ position: { x: 34, y: 14 } });
  await page.mouse.up();
}

/** The text of the draft, as the page keeps it. */
function draft(page: Page): Promise<string> {
  return page.evaluate(() => {
    const [key] = Object.keys(sessionStorage).filter((one) => one.startsWith('toolgate-draft:'));
    return (JSON.parse(sessionStorage.getItem(key ?? '') ?? '{}') as { source: string }).source;
  });
}

async function open(page: Page, policy: string): Promise<void> {
  await page.goto(`${shared().dashboardUrl}/${organization}/policies/${policy}`);
  await expect(editor(page)).toBeVisible({ timeout: 30_000 });
}

/** Puts a text in place of the whole document; the cursor is at its end. */
async function write(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
}
