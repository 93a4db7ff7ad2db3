/** Everything that the language can say, built, changed and taken away in forms. */
import { expect, test } from '@playwright/test';
import { drafted, openPolicy } from './builder-page.ts';
import { pageFaults } from './page-faults.ts';
import { apply, PASSWORD, unique } from './shared.ts';
import { signIn } from './sign-in.ts';

const organization = unique('forms');
const email = `${organization}@example.com`;

const EMPTY = { version: '1', default: 'deny', tools: { image_to_image: {} } };
/** All that the language can say. */
const FULL = {
  version: '1',
  default: 'deny',
  mode: 'shadow',
  hide: ['delete_*'],
  methods: { 'prompts/*': 'allow' },
  all_tools: { mode: 'shadow', limits: [{ concurrency: 9, scope: 'server' }] },
  tools: {
    image_to_image: {
      require: [
        { conditions: [{ path: 'args.images[*]', op: 'url_host_in', value: ['a.example'], match: 'some' }], on_deny: 'Only a.example' },
      ],
      deny_if: [{ path: 'args.guidance_scale', op: 'gt', value: 7.5 }],
      approve_if: [{ conditions: [], message: 'Ask Ann', timeout: '2h', approvals: 2, exclude_requester: true }],
      limits: [
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
    text_to_image: { action: 'deny', reason: 'Not yet' },
    generate_video: { rate_limit: '5/hour' },
    'get_*': { action: 'hide' },
  } as Record<string, object>,
};

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Forms' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [
      { slug: 'built', name: 'built', document: EMPTY },
      { slug: 'full', name: 'full', document: FULL },
    ],
  });
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('everything a rule can say is built without typing JSON', async ({ page }) => {
  await openPolicy(page, organization, 'built');
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
  await rule.getByRole('checkbox', { name: 'not by whoever made the grant' }).check();

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
  expect(await pageFaults(page, 'forms-rule')).toEqual([]);

  await page.getByText('All tools, hidden names, other methods').click();
  await page.getByLabel('Add to: Hidden names').fill('delete_*');
  await page.getByLabel('Add to: Hidden names').press('Enter');
  await page.getByLabel('Add to: Other methods').fill('prompts/*');
  await page.getByLabel('Add to: Other methods').press('Enter');
  await page.getByLabel('Add to: Other methods').fill('roots/list');
  await page.getByLabel('Add to: Other methods').press('Enter');
  await page.getByLabel('roots/list', { exact: true }).selectOption('denied');
  const all = page.getByRole('group', { name: 'Rule for all tools' }).first();
  await all.getByRole('button', { name: 'Write one' }).click();
  await all.getByRole('button', { name: 'Reason to deny' }).click();
  await all.getByLabel('What all tools, not if 1, condition 1 looks at').fill('tool.risk');
  await all.getByLabel('Value of all tools, not if 1, condition 1').selectOption('Critical');
  await page.getByLabel('Rule for a pattern or another tool').fill('get_*');
  await page.getByRole('button', { name: 'Add rule' }).click();

  await expect
    .poll(() => drafted(page))
    .toEqual({
      version: '1',
      default: 'deny',
      tools: {
        image_to_image: {
          require: [{ conditions: [{ path: 'args.guidance_scale', op: 'lte', value: 7.5 }], on_deny: 'Use a lower scale' }],
          deny_if: [
            { conditions: [{ path: 'args.images[*]', op: 'url_host_in', value: ['bad.example', '*.worse.example'], match: 'every' }] },
          ],
          approve_if: [{ conditions: [], approvals: 2, timeout: '2h', exclude_requester: true }],
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
      methods: { 'prompts/*': 'allow', 'roots/list': 'deny' },
      all_tools: { deny_if: [{ conditions: [{ path: 'tool.risk', op: 'eq', value: 'Critical' }] }] },
    });
  expect(await pageFaults(page, 'forms-all')).toEqual([]);
});

test('everything a rule says is changed, and taken away again, without typing JSON', async ({ page }) => {
  await openPolicy(page, organization, 'full');
  await page.getByRole('button', { name: 'Open the rule of image_to_image' }).click();
  const rule = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Close the rule of image_to_image' }) });
  const tool = async () => (await drafted(page)).tools.image_to_image as Record<string, unknown> | undefined;
  const entry = (list: string) => `image_to_image, ${list} 1`;

  await rule.getByLabel(`What the caller of ${entry('ask a person if')} is told`).fill('');
  await rule.getByLabel(`How many people approve ${entry('ask a person if')}`).fill('1');
  await rule.getByLabel(`How long there is to approve ${entry('ask a person if')}`).fill('30m');
  await rule.getByRole('checkbox', { name: 'not by whoever made the grant' }).uncheck();
  await expect.poll(async () => (await tool())?.approve_if).toEqual([{ conditions: [], timeout: '30m', approvals: 1 }]);
  await rule.getByRole('button', { name: `Remove ${entry('ask a person if')}`, exact: true }).click();

  await rule.getByLabel(`What the caller of ${entry('only if')} is told`).fill('');
  await rule.getByLabel(`How many values of ${entry('only if')}, condition 1`).selectOption('every');
  await rule.getByLabel(`Value of ${entry('only if')}, condition 1, one a line`).fill('b.example');
  await expect
    .poll(async () => (await tool())?.require)
    .toEqual([{ conditions: [{ path: 'args.images[*]', op: 'url_host_in', value: ['b.example'] }] }]);
  await rule.getByLabel(`Operator of ${entry('not if')}, condition 1`).selectOption('is at least');
  await rule.getByLabel(`Value of ${entry('not if')}, condition 1`).fill('9');
  await expect.poll(async () => (await tool())?.deny_if).toEqual([{ path: 'args.guidance_scale', op: 'gte', value: 9 }]);
  for (const list of ['only if', 'not if']) await rule.getByRole('button', { name: `Remove ${entry(list)}, condition 1` }).click();

  await rule.getByRole('checkbox', { name: /give back/ }).uncheck();
  await rule.getByRole('checkbox', { name: /let through/ }).uncheck();
  await rule.getByLabel('What the limit of image_to_image counts').selectOption('calls');
  await rule.getByLabel('Window of the limit of image_to_image').selectOption('day');
  await rule.getByLabel('Who shares the limit of image_to_image').selectOption('server');
  await rule.getByLabel('Counter of the limit of image_to_image').fill('calls');
  await rule.getByLabel('Who shares the calls of image_to_image at once').selectOption('organization');
  await expect
    .poll(async () => (await tool())?.limits)
    .toEqual([
      { counter: 'calls', window: 'day', max: 100, scope: 'server' },
      { concurrency: 3, scope: 'organization' },
    ]);
  await rule.getByRole('button', { name: 'Remove the limit of image_to_image', exact: true }).click();
  await rule.getByRole('button', { name: 'Remove the limit of calls of image_to_image at once' }).click();
  await rule.getByRole('checkbox', { name: /Only record what this rule/ }).uncheck();
  await expect.poll(tool).toEqual({});

  await page.getByRole('textbox', { name: 'Reason that a caller of text_to_image is told' }).fill('');
  await expect.poll(async () => (await drafted(page)).tools.text_to_image).toEqual({ action: 'deny' });
  await page.getByLabel('Most calls of generate_video', { exact: true }).fill('6');
  await expect.poll(async () => (await drafted(page)).tools.generate_video).toMatchObject({ limits: [{ window: 'hour', max: 6 }] });
  for (const name of ['text_to_image', 'generate_video', 'get_*']) {
    await page.getByRole('button', { name: `More for ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: 'Take the rule away' }).click();
  }

  await page.getByText('All tools, hidden names, other methods').click();
  await page.getByRole('button', { name: 'Remove delete_*' }).click();
  await page.getByLabel('prompts/*', { exact: true }).selectOption('denied');
  await expect.poll(async () => (await drafted(page)).methods).toEqual({ 'prompts/*': 'deny' });
  await page.getByRole('button', { name: 'Remove prompts/*' }).click();
  await page.getByRole('button', { name: 'Take it away' }).click();
  await page.getByRole('checkbox', { name: /the whole policy would decide/ }).uncheck();
  await expect.poll(() => drafted(page)).toEqual(EMPTY);
  await page.getByRole('radiogroup', { name: 'Tools without a rule' }).getByRole('radio', { name: 'Allowed' }).click();
  await expect.poll(async () => (await drafted(page)).default).toBe('allow');
});
