/** Approvals from both ends: an agent that calls, and the person who answers, by keyboard, on a phone, in every look. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import { pageFaults } from './page-faults.ts';
import { type Applied, apply, auditEvents, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { reload, untilAlive, visit } from './visit.ts';

// Each test builds on what was answered before it.
test.describe.configure({ mode: 'serial', timeout: 600_000 });

const organization = unique('approvals');
const email = `${organization}@example.com`;
let applied: Applied;
let agent: Client;

test.beforeAll(async () => {
  applied = await apply({
    organization: { slug: organization, name: 'Approvals' },
    owner: { email, name: 'Ada Owner', password: PASSWORD },
    servers: [{ slug: 'everything', name: 'Everything', url: shared().everythingUrl }],
    policies: [
      {
        slug: 'asked',
        name: 'Asked',
        document: {
          version: '1',
          default: 'deny',
          tools: {
            echo: { approve_if: [{ conditions: [], message: 'A person reads every message.', timeout: '1h' }] },
            'get-sum': { approve_if: [{ path: 'args.a', op: 'gt', value: 100 }] },
          },
        },
      },
    ],
    grants: [{ label: 'claude-ci', servers: [{ server: 'everything', policy: 'asked' }] }],
  });
  agent = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
});
test.afterAll(() => agent?.close());

const isOfApproval = (word: unknown): boolean => /^(pending|approved|approval\.)/.test(String(word));

interface Answer {
  isError?: boolean;
  content: { text: string }[];
}
const call = (name: string, args: Record<string, unknown>) =>
  agent.callTool({ name, arguments: args }, undefined, { timeout: 600_000 }) as Promise<unknown> as Promise<Answer>;

async function signedIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await signIn(page, email);
  return page;
}

async function openInbox(page: Page): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${organization}/approvals`);
  await expect(page.locator('[data-live=live]')).toBeVisible();
}

/** Presses a key of a request until it does something: keys rest until a request has been in sight for a moment. */
async function pressUntil(page: Page, key: string, done: Locator): Promise<void> {
  await page.waitForTimeout(800);
  await expect(async () => {
    if (!(await done.isVisible())) await page.keyboard.press(key);
    await expect(done).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 120_000 });
}

test('a call that is held appears in the open inbox, and passes when it is approved by one key', async ({ context }) => {
  const page = await signedIn(context);
  await openInbox(page);
  await expect(page.getByText('Nothing waits for you.')).toBeVisible();
  const calling = call('get-sum', { a: 1000, b: 1, note: 'abc\u202Etxt' });
  // Without a reload: the page, and the badge in the navigation.
  await expect(page.getByRole('heading', { name: 'get-sum' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Approvals , 1 waiting' }).first()).toBeVisible();
  await expect(page.getByRole('group', { name: 'Arguments' })).toContainText('"a": 1000');
  // What would reorder the text is shown instead.
  await expect(page.getByRole('group', { name: 'Arguments' })).toContainText('abcU+202Etxt');
  await expect(page.getByText('get-sum is allowed only after an approval if args.a is more than 100.')).toBeVisible();
  // Of the ten minutes.
  await expect(page.getByText(/^([5-9]:\d\d|10:00)$/).first()).toBeVisible();
  await pressUntil(page, 'a', page.getByText('Nothing waits for you.'));
  expect((await calling).content[0]?.text).toContain('1001');
  await expect
    .poll(async () => (await auditEvents(organization)).map(({ decision, action }) => decision ?? action).filter(isOfApproval), {
      timeout: 120_000,
    })
    .toEqual(['pending', 'approval.approve', 'approved']);
});

test('on a phone, from the link of the request: what differs from the last approved, and a denial with a reason', async ({ browser }) => {
  const phone = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const page = await signedIn(phone);
  const calling = call('get-sum', { a: 2000, b: 1, note: 'abc\u202Etxt' });
  await visit(page, `${shared().dashboardUrl}/${organization}/approvals`);
  const waiting = page.getByRole('list', { name: 'Waiting' }).getByRole('link').first();
  await expect(waiting).toBeVisible();
  // Longer than keys rest.
  await page.waitForTimeout(1000);
  // Nobody decides by a key what the narrow page does not show.
  for (const key of ['a', 'd']) await page.keyboard.press(key);
  await waiting.click();
  await page.waitForURL(/approvals\/[0-9a-f-]{36}$/);
  await expect(page.getByText(/Differs from what Ada Owner approved/)).toBeVisible();
  await expect(page.getByText('1000').first()).toBeVisible();
  await page.getByRole('button', { name: /^Deny with a reason/ }).tap();
  await page.getByLabel('Why not?').fill('Use smaller numbers.');
  await page.getByRole('button', { name: 'Deny call' }).tap();
  const answer = await calling;
  expect(answer).toMatchObject({ isError: true, content: [{ text: '[POLICY DENIED] A person denied this call: Use smaller numbers.' }] });
  await expect(page.getByText(/Denied by Ada Owner/)).toBeVisible();
  await phone.close();
});

test('the same arguments for 15 minutes: every further call passes at once', async ({ context }) => {
  const page = await signedIn(context);
  await openInbox(page);
  const calling = call('get-sum', { a: 3000, b: 1 });
  await page.getByRole('button', { name: /^Approve these arguments for 15 min/ }).click();
  expect((await calling).isError ?? false).toBe(false);
  expect((await call('get-sum', { a: 3000, b: 1 })).content[0]?.text).toContain('3001');
});

test('everything by keyboard: walk, deny, cancel, skip; the keys rest while somebody types', async ({ context }) => {
  const page = await signedIn(context);
  const waiting = page.getByRole('list', { name: 'Waiting' }).getByRole('link');
  const calls = [call('echo', { message: 'one' })];
  await openInbox(page);
  await expect(waiting).toHaveCount(1);
  calls.push(call('echo', { message: 'two' }));
  await expect(waiting).toHaveCount(2);
  const title = page.getByRole('group', { name: 'Arguments' });
  const shows = (message: string) => title.filter({ hasText: message });
  await expect(title).toContainText('"one"');
  await page.keyboard.press('j');
  await expect(title).toContainText('"two"');
  await page.keyboard.press('k');
  await expect(title).toContainText('"one"');
  const why = page.getByLabel('Why not?');
  await pressUntil(page, 'd', why);
  await expect(why).toBeFocused();
  await page.keyboard.type('a sad d');
  await expect(why).toHaveValue('a sad d');
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();
  await pressUntil(page, 's', shows('"two"'));
  for (let i = 0; i < 2; i++) {
    await openInbox(page);
    await expect(waiting).toHaveCount(2 - i);
    await pressUntil(page, 'd', why);
    await expect(why).toBeFocused();
    await page.keyboard.type('Not today.');
    await page.keyboard.press('Enter');
    await expect(waiting).toHaveCount(1 - i);
  }
  for (const answer of await Promise.all(calls)) expect(answer.content[0]?.text).toContain('Not today.');
});

const toNotifications = async (page: Page): Promise<void> => {
  await visit(page, `${shared().dashboardUrl}/${organization}/approvals?view=notifications`);
};

test('e-mails are switched off and on by one key, and a test says what is wrong with the mail server', async ({ context }) => {
  const page = await signedIn(context);
  await toNotifications(page);
  await expect(page.getByText('From Toolgate <toolgate@example.com>')).toBeVisible();
  const emails = page.getByRole('switch', { name: 'E-mails about approvals' });
  await expect(emails).toBeChecked();
  await emails.press('Space');
  await expect(page.getByText(/Switched off by Ada Owner/)).toBeVisible();
  await reload(page);
  await expect(emails).not.toBeChecked();
  await emails.press('Space');
  await expect(page.getByText(/Switched on by Ada Owner/)).toBeVisible();
  await page.getByRole('button', { name: 'Send a test e-mail' }).press('Enter');
  await expect(page.getByText('The test e-mail was not sent')).toBeVisible();
  await expect(page.getByText('The mail server cannot be reached.').first()).toBeVisible();
});

test('a pause is said on every page with who and why, until it is lifted', async ({ context }) => {
  const page = await signedIn(context);
  await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
  await page.getByRole('link', { name: 'claude-ci' }).first().click();
  await page.getByRole('button', { name: 'Pause grant' }).click();
  const banner = page.getByRole('status', { name: 'Paused' });
  await expect(banner).toContainText('Grant claude-ci is paused');
  expect(await call('get-sum', { a: 1, b: 1 })).toMatchObject({ isError: true });
  await banner.getByRole('button', { name: 'Say why' }).click();
  await page.getByLabel('Reason').fill('It loops.');
  await page.getByRole('button', { name: 'Save reason' }).click();
  await expect(banner).toContainText('It loops.');
  // The agent reads it too.
  expect((await call('get-sum', { a: 1, b: 1 })).content[0]?.text).toContain('Paused by an administrator: It loops.');
  await visit(page, `${shared().dashboardUrl}/${organization}/servers`);
  await expect(banner).toContainText(/Grant claude-ci is paused since .* by Ada Owner: It loops\./);
  await banner.getByRole('button', { name: 'Resume grant' }).click();
  await expect(banner).toBeHidden();
  expect((await call('get-sum', { a: 1, b: 1 })).isError ?? false).toBe(false);
});

/** The inbox, one request and the banner of a pause: inbox-screens.spec.ts. */
test('denying, what was answered, notifications and saying why have no accessibility fault and do not scroll sideways', async ({
  context,
}) => {
  const faults: string[] = [];
  const calling = call('get-sum', { a: 12345678, b: 2 });
  const page = await signedIn(context);
  for await (const name of statesOf(page))
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1440, 768, 320]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: 800 });
        faults.push(...(await pageFaults(page, `approvals-${name}-${colorScheme}-${width}`, { fullPage: true })));
      }
  expect(faults).toEqual([]);
  expect((await calling).content[0]?.text).toContain('That was all.');
});

/** Goes from one state to the next, and names each. */
async function* statesOf(page: Page): AsyncGenerator<string> {
  await openInbox(page);
  await page.getByRole('list', { name: 'Waiting' }).getByRole('link').first().click();
  // The inbox has the same button, which does not outlive it.
  await page.waitForURL(/approvals\/[0-9a-f-]{36}$/);
  await untilAlive(page);
  await page.getByRole('button', { name: /^Deny with a reason/ }).click();
  await expect(page.getByLabel('Why not?')).toBeVisible();
  yield 'denying';
  await page.getByLabel('Why not?').fill('That was all.');
  await page.getByRole('button', { name: 'Deny call' }).click();
  await expect(page.getByText(/Denied by Ada Owner/)).toBeVisible();
  await visit(page, `${shared().dashboardUrl}/${organization}/approvals?view=answered`);
  await expect(page.getByRole('list', { name: 'Answered' })).toBeVisible();
  yield 'answered';
  await page.getByRole('list', { name: 'Answered' }).getByRole('link').first().click();
  await page.waitForURL(/approvals\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('group', { name: 'Arguments' })).toBeVisible();
  yield 'one-answered';
  await toNotifications(page);
  await page.getByRole('button', { name: 'Send a test e-mail' }).click();
  await expect(page.getByText('The test e-mail was not sent')).toBeVisible();
  yield 'notifications';
  await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
  await page.getByRole('link', { name: 'claude-ci' }).first().click();
  await page.getByRole('button', { name: 'Pause grant' }).click();
  const banner = page.getByRole('status', { name: 'Paused' });
  await banner.getByRole('button', { name: 'Say why' }).click();
  await page.getByLabel('Reason').fill('It calls the same tool again and again since the deployment of this morning. '.repeat(2).trim());
  yield 'saying-why';
  await page.getByRole('button', { name: 'Save reason' }).click();
  await expect(banner).toContainText('again and again');
  await banner.getByRole('button', { name: 'Resume grant' }).click();
  await expect(banner).toBeHidden();
}
