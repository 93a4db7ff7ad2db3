import { describe, expect, test } from 'vitest';
import { classifyTool } from './classify.ts';

const categoryOf = (name: string, description = '', rest: { inputSchema?: unknown; annotations?: unknown } = {}) =>
  classifyTool({ name, description, ...rest }).category;

describe('the category follows from name and description', () => {
  test.each([
    ['get_weather', 'Gets the forecast', 'Read'],
    ['listCustomers', '', 'Read'],
    ['workflow_runs_list', 'Lists runs', 'Read'],
    ['run_readonly_report', 'Runs the report', 'Execute'],
    ['sql_query', 'Executes a read-only SQL query', 'Read'],
    ['sql_query', 'Executes any SQL', 'Execute'],
    ['set_status', '', 'Write'],
    ['post_status', '', 'Write'],
    ['create_ticket', 'Creates a ticket', 'Write'],
    ['slack.messages.send', '', 'Write'],
    ['run_shell', '', 'Execute'],
    ['browser_select', '', 'Execute'],
    ['delete_branch', 'Deletes a branch', 'Destructive'],
    ['pods-delete', '', 'Destructive'],
    ['deleteall', '', 'Destructive'],
    ['cancel_payment', 'Cancels a payment', 'Destructive'],
    ['refund_order', '', 'Financial'],
    ['send_tokens', 'Sends tokens to an address', 'Financial'],
    ['transfer_file', 'Transfers a file', 'Write'],
    ['create_payment_link', '', 'Financial'],
    ['list_payments', 'Lists payments', 'Read'],
    ['rm_record', '删除记录', 'Destructive'],
    ['zoek', '在 arXiv 上搜索论文', 'Read'],
  ] as const)('%s (%s) is %s', (name, description, category) => {
    expect(categoryOf(name, description)).toBe(category);
  });
});

describe('nothing dangerous is called Read because it begins harmlessly', () => {
  test.each([
    ['find_and_delete_duplicates', 'Finds duplicates', 'Destructive'],
    ['get_or_create_user', 'Gets a user', 'Write'],
    ['search', 'Searches the index and then deletes what it found', 'Destructive'],
    ['lookup', 'Looks up a record. This cannot be undone.', 'Destructive'],
    ['monitors', 'Manages monitors; actions: list, get, create, delete', 'Destructive'],
    ['check_domain', 'Checks a domain; $0.10 per call', 'Financial'],
  ] as const)('%s (%s) is %s', (name, description, category) => {
    expect(categoryOf(name, description)).toBe(category);
  });

  test('what is said not to happen does not count', () => {
    expect(categoryOf('get_data', 'Gets data. Does not delete anything.')).toBe('Read');
    expect(categoryOf('list_deleted_files', 'Lists deleted files')).toBe('Read');
  });

  test('a tool that says nothing is taken for one that runs something, with little confidence', () => {
    const unknown = classifyTool({ name: 'frobnicator' });
    expect(unknown).toMatchObject({ category: 'Execute', risk: 'High', confidence: 0.2 });
    expect(unknown.evidence).toEqual([{ signal: 'default', detail: 'nothing in the definition says what it does' }]);
  });
});

describe('arguments speak too', () => {
  const schema = (properties: object) => ({ inputSchema: { type: 'object', properties } });
  test.each([
    ['manage_users', schema({ action: { enum: ['list', 'delete'] } }), 'Destructive'],
    ['kubectl', schema({ command: { type: 'string' } }), 'Execute'],
    ['wallet_op', schema({ amount: { type: 'number' }, recipient: { type: 'string' } }), 'Financial'],
    ['get_quote', schema({ amount: { type: 'number' }, to: { type: 'string' } }), 'Read'],
    ['get_country', schema({ code: { type: 'string' } }), 'Read'],
  ] as const)('%s with %j is %s', (name, rest, category) => {
    expect(categoryOf(name, '', rest)).toBe(category);
  });
});

describe('annotations are claims of the server', () => {
  test('readOnlyHint lowers nothing', () => {
    expect(categoryOf('delete_user', '', { annotations: { readOnlyHint: true } })).toBe('Destructive');
    expect(categoryOf('frobnicator', '', { annotations: { readOnlyHint: true } })).toBe('Execute');
  });
  test('destructiveHint and readOnlyHint: false raise', () => {
    expect(categoryOf('get_user', '', { annotations: { destructiveHint: true } })).toBe('Destructive');
    expect(categoryOf('get_user', '', { annotations: { readOnlyHint: false } })).toBe('Write');
  });
});

test.each([
  ['text_to_image', 'Generate an image from a text prompt using WaveSpeed AI.'],
  ['image_to_image', 'Generate an image from an existing image using WaveSpeed AI.'],
  ['generate_video', 'Generate a video from an image and a prompt using WaveSpeed AI.'],
])('%s is Write, and the evidence says why it is not Financial', (name, description) => {
  const found = classifyTool({ name, description });
  expect(found).toMatchObject({ category: 'Write', risk: 'Medium', confidence: 0.95 });
  expect(found.evidence.map(({ detail }) => detail).join()).toContain('says nothing of spending');
  expect(categoryOf(name, `${description} Each image costs 5 credits.`)).toBe('Financial');
});

test('definitions that make no sense are classified all the same, and alike each time', () => {
  const odd = { name: '', description: null, inputSchema: { properties: [1], enum: 3 }, annotations: 'x' };
  expect(classifyTool(odd)).toEqual(classifyTool(odd));
  expect(classifyTool(odd).category).toBe('Execute');
});

test('a very long description is read in little time', () => {
  const start = process.cpuUsage();
  classifyTool({ name: 'x', description: 'delete, get, a '.repeat(100_000) });
  classifyTool({ name: 'a'.repeat(100_000), description: 'a '.repeat(500_000) });
  // Read again for each of its words, it would take hours.
  expect(process.cpuUsage(start).user).toBeLessThan(20e6);
});
