/** Every flow of the policy builder with the keyboard alone: from signing in to taking a published version back. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { keepNotices } from './keep-notices.ts';
import { apply, PASSWORD, shared, unique } from './shared.ts';
import { reload, visit } from './visit.ts';

const organization = unique('keys');
const email = `${organization}@example.com`;
const DOCUMENT = {
  version: '1',
  default: 'deny',
  tools: { image_to_image: {}, 'gen*': { action: 'deny' }, '*ate': { action: 'deny' } } as Record<string, object>,
};

const LIMITED = {
  version: '1',
  default: 'deny',
  tools: { image_to_image: { limits: [{ counter: 'images', window: 'minute', max: 3, scope: 'grant' }] } } as Record<string, object>,
};

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Keys' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['table', 'rule', 'order', 'board', 'json', 'published']
      .map((slug) => ({ slug, name: slug, document: DOCUMENT }))
      .concat({ slug: 'tried', name: 'tried', document: LIMITED }),
    grants: [
      { label: 'claude-ci', servers: [{ server: 'wavespeed', policy: 'published' }] },
      { label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'tried' }] },
    ],
  });
});

test.beforeEach(async ({ page }) => {
  await visit(page, `${shared().dashboardUrl}/sign-in`);
  await reach(page, page.getByLabel('E-mail'));
  await page.keyboard.type(email);
  await reach(page, page.getByLabel('Password'));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
});

test('the table: a rule is chosen with arrows and with a number, its limit typed, rows filtered, selected and changed together', async ({
  page,
}) => {
  await open(page, 'table');
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search tools')).toBeFocused();
  await page.keyboard.type('image');
  await reach(page, ruleOf(page, 'image_to_image'));
  await chooseNext(page, ruleOf(page, 'image_to_image').getByRole('radio', { name: 'Limit' }));
  await reach(page, page.getByLabel('Most calls of image_to_image', { exact: true }));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('12');
  await reach(page, page.getByLabel('Window of the limit of image_to_image'));
  await page.keyboard.type('hour');
  await expect.poll(() => rules(page)).toMatchObject({ image_to_image: { limits: [{ max: 12, window: 'hour' }] } });

  await reach(page, page.getByRole('checkbox', { name: 'Select text_to_image' }));
  await page.keyboard.press('4');
  await expect(ruleOf(page, 'text_to_image').getByRole('radio', { name: 'Deny' })).toBeChecked();

  await reach(page, page.getByRole('button', { name: 'Filter', exact: true }), 'back');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemcheckbox', { name: /Changed in this draft/ })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/changed=1/);
  await expect(page.getByRole('checkbox', { name: /^Select / })).toHaveCount(2);
  await reach(page, page.getByRole('checkbox', { name: 'Select image_to_image' }));
  await page.keyboard.press('x');
  await reach(page, page.getByRole('checkbox', { name: 'Select text_to_image' }));
  await page.keyboard.press('Space');
  await reach(page, page.getByRole('region', { name: 'Selected rules' }).getByRole('button', { name: 'Hide' }));
  await page.keyboard.press('Enter');
  await expect.poll(() => rules(page)).toMatchObject({ image_to_image: { action: 'hide' }, text_to_image: { action: 'hide' } });
  await reach(page, page.getByRole('button', { name: 'Undo' }), 'back');
  await page.keyboard.press('Enter');
  await expect.poll(() => rules(page)).toMatchObject({ image_to_image: { limits: [{ max: 12 }] }, text_to_image: { action: 'deny' } });
  await reload(page);
  await expect(page.getByRole('checkbox', { name: /^Select / })).toHaveCount(2);
});

test('the panel of a rule: a requirement, a limit by an argument, calls at once, a message', async ({ page }) => {
  await open(page, 'rule');
  await reach(page, page.getByRole('button', { name: 'Open the rule of image_to_image' }));
  await page.keyboard.press('Enter');
  await reach(page, page.getByRole('button', { name: 'Requirement' }));
  await page.keyboard.press('Enter');
  const requirement = 'image_to_image, only if 1, condition 1';
  await retype(page, page.getByLabel(`What ${requirement} looks at`), 'args.guidance_scale');
  await reach(page, page.getByLabel(`Operator of ${requirement}`));
  await page.keyboard.type('is at most');
  await retype(page, page.getByLabel(`Value of ${requirement}`), '7.5');
  await retype(page, page.getByLabel('What the caller of image_to_image, only if 1 is told'), 'Use a lower scale');
  await reach(page, page.getByRole('button', { name: 'Ask a person if: always' }));
  await page.keyboard.press('Enter');
  await reach(page, page.getByRole('checkbox', { name: 'not by whoever made the grant' }));
  await page.keyboard.press('Space');
  await reach(page, page.getByRole('button', { name: 'Limit', exact: true }));
  await page.keyboard.press('Enter');
  await reach(page, page.getByRole('button', { name: 'Calls at once' }));
  await page.keyboard.press('Enter');
  await retype(page, page.getByLabel('Most calls of image_to_image at once'), '3');
  await expect
    .poll(() => rules(page))
    .toMatchObject({
      image_to_image: {
        require: [{ conditions: [{ path: 'args.guidance_scale', op: 'lte', value: 7.5 }], on_deny: 'Use a lower scale' }],
        approve_if: [{ conditions: [], exclude_requester: true }],
        limits: [{ max: 30, window: 'minute' }, { concurrency: 3 }],
      },
    });
  await reach(page, page.getByRole('button', { name: 'Close the rule of image_to_image' }), 'back');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Requirement' })).toHaveCount(0);
});

test('patterns get another place and another name, by keys and by menu, and the focus stays with them', async ({ page }) => {
  await open(page, 'order');
  const row = (name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true });
  await reach(page, row('*ate'));
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.getByRole('button', { name: 'More for *ate' })).toBeFocused();
  await expect.poll(async () => Object.keys(await rules(page))).toEqual(['image_to_image', '*ate', 'gen*']);
  await page.keyboard.press('Enter');
  await choose(page, 'Move down');
  // As it was: nothing is left to publish.
  await expect(page.getByText(/^Version 1, in force/)).toBeVisible();

  await reach(page, row('gen*'), 'back');
  await page.keyboard.press('F2');
  await expect(page.getByLabel('New name or pattern for gen*')).toBeFocused();
  await page.keyboard.type('*ate');
  await expect(page.getByRole('alert').filter({ hasText: 'There is a rule for *ate already.' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'More for gen*' })).toBeFocused();
  await page.keyboard.press('F2');
  await page.keyboard.type('generate_*');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'More for generate_*' })).toBeFocused();
  await expect.poll(() => rules(page)).toEqual({ image_to_image: {}, 'generate_*': { action: 'deny' }, '*ate': { action: 'deny' } });
});

test('the board: cards are moved by number and by menu, opened and closed', async ({ page }) => {
  await open(page, 'board');
  const views = page.getByRole('radiogroup', { name: 'Rules as' });
  await reach(page, views);
  await chooseNext(page, views.getByRole('radio', { name: 'Board' }));
  const column = (name: string) => page.getByRole('group', { name: 'Board' }).getByRole('region', { name });
  const card = (name: string) => column(name).getByRole('button', { name: 'image_to_image', exact: true });
  await reach(page, card('Allow'));
  await page.keyboard.press('2');
  await expect(card('Limit')).toBeVisible();
  await reach(page, column('Limit').getByRole('button', { name: 'Move image_to_image' }));
  await page.keyboard.press('Enter');
  await choose(page, 'Hide');
  await expect(card('Hide')).toBeVisible();
  await reach(page, card('Hide'));
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('complementary', { name: 'image_to_image' });
  await expect(drawer).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect.poll(() => rules(page)).toMatchObject({ image_to_image: { action: 'hide' } });
});

test('the JSON is typed with completion, and left again; a call is tried', async ({ page }) => {
  await open(page, 'json');
  const editor = page.getByRole('textbox', { name: 'Policy document, JSON' });
  await reach(page, editor);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('{"version":"1","default":"deny","tools":{"text_to_image":{"action":"deny","reason":"Not yet"}}}');
  await expect(page.getByText('text_to_image is denied', { exact: false }).first()).toBeVisible();
  // Once for the completion, if it is open, and once for the editor; Tab has to come within two seconds.
  await expect(async () => {
    for (const key of ['Escape', 'Escape', 'Tab']) await page.keyboard.press(key);
    await expect(editor).not.toBeFocused({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  // Whoever only passes through leaves no trace in the document.
  const draft = await rules(page);
  await page.keyboard.press('Shift+Tab');
  await expect(editor).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(editor).not.toBeFocused();
  expect(await rules(page)).toEqual(draft);
  const beside = page.getByRole('radiogroup', { name: 'Beside the table' });
  await reach(page, beside, 'back');
  await chooseNext(page, beside.getByRole('radio', { name: 'Try a call' }));
  await retype(page, page.getByLabel('Tool', { exact: true }), 'text_to_image');
  const decision = page.getByRole('region', { name: 'Decision' });
  await expect(decision.getByText('Not yet').first()).toBeVisible();
  await retype(page, page.getByLabel('Tool', { exact: true }), 'image_to_image');
  await expect(decision.getByText('default_deny').first()).toBeVisible();
});

test('a call is tried with made-up counters, and with those in force', async ({ page }) => {
  await open(page, 'tried');
  const beside = page.getByRole('radiogroup', { name: 'Beside the table' });
  await reach(page, beside);
  await chooseNext(page, beside.getByRole('radio', { name: 'Try a call' }));
  await retype(page, page.getByLabel('Tool', { exact: true }), 'image_to_image');
  const decision = page.getByRole('region', { name: 'Decision' });
  await retype(page, decision.getByRole('spinbutton'), '3');
  await expect(decision.getByText('limit_reached')).toBeVisible();
  const counters = decision.getByRole('radiogroup', { name: 'Counters' });
  await reach(page, counters, 'back');
  await chooseNext(page, counters.getByRole('radio', { name: 'As they are now' }));
  await expect(decision.getByText('limit_reached')).toHaveCount(0);
  // No call was ever made, so that no number is known.
  await expect(decision.getByText(/taken as unused$/)).toBeVisible();
});

test('a draft is published with a message, and taken back from its notice', async ({ page }) => {
  await keepNotices(page);
  await open(page, 'published');
  await reach(page, ruleOf(page, 'text_to_image'));
  await page.keyboard.press('1');
  await expect(page.getByText('Changed since version 1')).toBeVisible();
  await reach(page, page.getByRole('button', { name: 'Publish policy' }), 'back');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/Widens access: \+1 tool allowed/)).toBeVisible();
  await reach(page, dialog.getByLabel('Message', { exact: true }));
  await page.keyboard.type('By keyboard');
  await reach(page, dialog.getByRole('button', { name: 'Publish version 2' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Version 2 is in force/).first()).toBeVisible();
  // The notice is a landmark of its own, which a key leads to.
  await page.keyboard.press('Alt+t');
  await reach(page, page.locator('[data-sonner-toast]').getByRole('button', { name: 'Undo' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Version 3 says what version 1 said')).toBeVisible();
});

/** Tab after Tab until the focus is there, as somebody without a pointer gets there. */
async function reach(page: Page, target: Locator, direction: 'on' | 'back' = 'on'): Promise<void> {
  await expect(target.first()).toBeVisible();
  const there = () => target.first().evaluate((element) => element.contains(document.activeElement));
  for (let presses = 0; presses < 200; presses++) {
    if (await there()) return;
    await page.keyboard.press(direction === 'on' ? 'Tab' : 'Shift+Tab');
  }
  throw new Error(
    `200 × Tab did not lead to ${target}; the focus is at ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`,
  );
}

/** The next of a group, with the arrow and Space. */
async function chooseNext(page: Page, next: Locator): Promise<void> {
  await page.keyboard.press('ArrowRight');
  await expect(next).toBeFocused();
  await page.keyboard.press('Space');
  await expect(next).toBeChecked();
}

/** An item of the menu that has just been opened. By arrows: letters that come more than a second apart begin another word. */
async function choose(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('menu').locator(':focus')).toHaveCount(1);
  const item = page.getByRole('menuitem', { name });
  for (let presses = 0; presses < 20 && !(await item.evaluate((element) => element === document.activeElement)); presses++)
    await page.keyboard.press('ArrowDown');
  await expect(item).toBeFocused();
  await page.keyboard.press('Enter');
}

async function retype(page: Page, field: Locator, text: string): Promise<void> {
  await reach(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

const ruleOf = (page: Page, name: string) => page.getByRole('radiogroup', { name: `Rule for ${name}`, exact: true });

async function open(page: Page, policy: string): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/${policy}`);
  await expect(page.getByRole('textbox', { name: 'Policy document, JSON' })).toBeVisible({ timeout: 60_000 });
}

/** What the draft says under "tools", as the page keeps it; nothing while it says what is in force. */
function rules(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(() => {
    const [key] = Object.keys(sessionStorage).filter((one) => one.startsWith('toolgate-draft:'));
    const { source = '{"tools":{}}' } = JSON.parse(sessionStorage.getItem(key ?? '') ?? '{}') as { source?: string };
    return (JSON.parse(source) as { tools: Record<string, unknown> }).tools;
  });
}
