/** E-mails about requests for approval, with a real mail server, and their jobs in Redis and in PostgreSQL. */
import type { AddressInfo } from 'node:net';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import type { Service } from '@toolgate/embedded/process';
import { openQueue } from '@toolgate/jobs/connection';
import { MAILS_QUEUE } from '@toolgate/jobs/queues';
import { approveCall } from '@toolgate/services/approval/approve';
import { askApproval } from '@toolgate/services/approval/ask';
import { denyCall } from '@toolgate/services/approval/deny';
import { readApproval } from '@toolgate/services/approval/read';
import { readApprovalMail } from '@toolgate/services/approval/read-mail';
import { setApprovalMail } from '@toolgate/services/approval/set-mail';
import { testApprovalMail } from '@toolgate/services/approval/test-mail';
import { MOST_MAILS_PER_HOUR, noteMailed } from '@toolgate/services/approval/to-mail';
import type { Actor } from '@toolgate/services/context';
import { newId } from '@toolgate/services/id';
import { createGrant, createPolicy, createServer } from '@toolgate/testing/factories';
import { startTestRedis } from '@toolgate/testing/redis';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { startTcpProxy } from '@toolgate/testing/tcp-proxy';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApprovals } from '../approvals.ts';

type Member = Extract<Actor, { kind: 'member' }>;

let t: TestServices;
let worker: Database;
let redis: Service;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'));
  redis = await startTestRedis();
});
const ends: (() => unknown)[] = [];
afterEach(async () => {
  while (ends.length > 0) await ends.pop()?.();
});
afterAll(async () => {
  await worker.close();
  await redis.stop();
  await t.stop();
});

interface Received {
  to: string[];
  raw: string;
}

/** A mail server without STARTTLS, unless said otherwise; what it took, and how to stop it. */
async function startSmtp(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', (chunk) => {
        raw += chunk;
      });
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {}); // of a client that hangs up
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { received, port: (server.server.address() as AddressInfo).port, to: () => received.flatMap(({ to }) => to).sort() };
}

/** A mail server that is away at first: it hangs up on everybody until `open`. */
async function startSmtpAway() {
  const smtp = await startSmtp();
  const proxy = await startTcpProxy(`smtp://127.0.0.1:${smtp.port}`);
  ends.push(proxy.stop);
  proxy.cut();
  return { ...smtp, port: proxy.port, open: proxy.open };
}

const jobsOn = (store: string) => (store === 'redis' ? { redisUrl: redis.url } : { databaseUrl: t.database.urlAs('toolgate_worker') });

/** Resolves when everything is done with that was to be mailed of this request, or of all. */
async function allMailed(approvalId: string | null = null, store = 'redis'): Promise<void> {
  const queue = openQueue(MAILS_QUEUE, jobsOn(store));
  const isDone = async () =>
    approvalId === null
      ? (await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized')) === 0
      : ((await (await queue.getJob(`approval.${approvalId}`))?.isCompleted()) ?? false);
  try {
    await expect.poll(isDone, PATIENCE).toBe(true);
  } finally {
    await queue.close();
  }
}

/** Also for what is tried again later and later. */
const PATIENCE = { timeout: 90_000 };

function start(url: string | null, store = 'redis') {
  const dispatcher = createGuardedDispatcher({ allow: [] });
  const log: string[] = [];
  const approvals = startApprovals({
    services: { db: worker, keyRing: t.s.keyRing, now: () => new Date() },
    jobs: jobsOn(store),
    outlet: { dispatcher, allow: [] },
    dashboardUrl: 'https://toolgate.example',
    mail: url === null ? null : { url, from: { name: 'Toolgate', address: 'toolgate@example.com' } },
    log: (line) => log.push(line),
  });
  const stop = async () => {
    await approvals.stop();
    await dispatcher.destroy();
  };
  ends.push(stop);
  return { log, stop };
}

const at = (port: number, more = '') => `smtp://127.0.0.1:${port}${more}`;
const emailOf = ({ userId }: Member) => `${userId}@example.com`;

async function fixture({ tool = 'pay', label = 'claude-ci', requiredApprovals = 1, requesterExcluded = false } = {}) {
  const made = await t.organization();
  const owner = made.owner as Member;
  const organizationId = made.id;
  const [manager, viewer] = [await t.member(organizationId, 'policy_manager'), await t.member(organizationId, 'viewer')];
  const server = await createServer(t.s.db, organizationId, { url: 'https://mcp.example.com/mcp', tools: [{ name: tool }] });
  const policy = await createPolicy(t.s.db, organizationId, { document: { version: '1', default: 'deny' } });
  const grant = await createGrant(t.s.db, organizationId, { servers: [{ serverId: server.id, policyId: policy.id }] });
  await t.s.db.forOrganization(organizationId, (tx) =>
    tx.grant.updateMany({ data: { label, createdBy: manager.name, createdById: manager.userId } }),
  );
  const ask = async (argumentsText = '{"card":"planted-card","amount":918273645546372}', timeoutMs = 3_600_000) => {
    const bound = { grantId: grant.id, serverId: server.id, tool, toolHash: 'h', policyId: policy.id, policyVersion: 1 };
    const rule = { rule: '/tools/pay/approve_if/0', message: 'Large ones are looked at.', requiredApprovals, requesterExcluded };
    const asked = await askApproval(t.s, { organizationId, ...bound, argumentsText, client: null, ...rule, timeoutMs }, newId());
    if (asked.kind !== 'pending') throw new Error(asked.kind);
    return asked.approvalId;
  };
  return { ...made, owner, manager, viewer, organizationId, ask };
}

/** By name, lower case; folded lines joined. */
function headersOf(raw: string): Map<string, string> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
}

const decoded = (raw: string): string =>
  Buffer.from(
    raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

describe.each(['redis', 'postgres'])('with jobs on %s', (store) => {
  test('everybody who may answer is told once, of names and the page, and of no value', async () => {
    const smtp = await startSmtp();
    const { owner, manager, slug, ask } = await fixture();
    // Two workers, and one that looks again later: still once.
    start(at(smtp.port), store);
    start(at(smtp.port), store);
    const id = await ask();
    await expect.poll(smtp.to, PATIENCE).toEqual([emailOf(owner), emailOf(manager)].sort());
    start(at(smtp.port), store);
    // What another organization asks then is told after all that was found by looking again.
    const other = await fixture({ requesterExcluded: true });
    await allMailed(await other.ask(), store);
    await allMailed(null, store);
    expect(smtp.to()).toEqual([emailOf(owner), emailOf(manager), emailOf(other.owner)].sort());
    const { raw } = smtp.received[0] as Received;
    const headers = headersOf(raw);
    expect(headers.get('subject')).toBe('Approval needed: pay (claude-ci)');
    expect(headers.get('from')).toBe('Toolgate <toolgate@example.com>');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    const text = decoded(raw);
    for (const part of ['text/plain', 'text/html', 'Large ones are looked at.', 'amount, card (names only']) expect(text).toContain(part);
    expect(text).toContain(`https://toolgate.example/${slug}/approvals/${id}`);
    expect(raw + text).not.toMatch(/planted|918273645546372/);
    await expect
      .poll(() => readApprovalMail(t.s, owner), PATIENCE)
      .toMatchObject({ enabled: true, lastError: null, deliveredAt: expect.any(Date) });
  });

  test('a mail server that is away is told later, also by a worker that was started since', async () => {
    const smtp = await startSmtpAway();
    const { owner, ask } = await fixture({ requesterExcluded: true });
    const first = start(at(smtp.port), store);
    await ask();
    await expect.poll(() => first.log.join(), PATIENCE).toContain('The mail server cannot be reached');
    expect((await readApprovalMail(t.s, owner)).lastError).toBe('The mail server cannot be reached.');
    await first.stop();
    smtp.open();
    start(at(smtp.port), store);
    await expect.poll(smtp.to, PATIENCE).toEqual([emailOf(owner)]);
    await expect.poll(() => readApprovalMail(t.s, owner), PATIENCE).toMatchObject({ lastError: null });
  });
});

test('what was answered, or is over, before the mail server is back is not told', async () => {
  const smtp = await startSmtpAway();
  const { owner, ask } = await fixture({ requesterExcluded: true });
  const { log } = start(at(smtp.port));
  const denied = await ask('{"n":1}');
  const over = await ask('{"n":2}', 1500);
  const open = await ask('{"n":3}');
  await expect.poll(() => log.filter((line) => line.includes('mails/approval')).length, PATIENCE).toBeGreaterThanOrEqual(3);
  await denyCall(t.s, owner, { approvalId: denied, reason: 'No.' });
  await expect.poll(async () => (await readApproval(t.s, owner, over))?.state, PATIENCE).toBe('expired');
  smtp.open();
  for (const id of [denied, over, open]) await allMailed(id);
  expect(smtp.received.map(({ raw }) => decoded(raw).includes(open))).toEqual([true]);
});

test('whoever made the grant is not told where the rule excludes them, nor is who has approved already', async () => {
  const smtp = await startSmtp();
  const { owner, organizationId, ask } = await fixture({ requiredApprovals: 2, requesterExcluded: true });
  const admin = await t.member(organizationId, 'admin');
  const approvalId = await ask();
  await approveCall(t.s, admin, { approvalId, mode: 'once' });
  start(at(smtp.port));
  await allMailed(approvalId);
  expect(smtp.to()).toEqual([emailOf(owner)]);
  expect(decoded(smtp.received[0]?.raw ?? '')).toContain('Approvals: 2 different people');
});

test('an address that is refused for good is not tried again, one that is refused for now is; the others are told', async () => {
  const { owner, manager, organizationId, ask } = await fixture();
  const admin = await t.member(organizationId, 'admin');
  const tried: string[] = [];
  const smtp = await startSmtp({
    onRcptTo({ address }, _session, done) {
      tried.push(address);
      const isFirst = tried.filter((each) => each === address).length === 1;
      if (address === emailOf(manager)) return done(Object.assign(new Error('No such user'), { responseCode: 550 }));
      if (address === emailOf(owner) && isFirst) return done(Object.assign(new Error('Later'), { responseCode: 451 }));
      done();
    },
  });
  start(at(smtp.port));
  await allMailed(await ask());
  expect(smtp.to()).toEqual([emailOf(owner), emailOf(admin)].sort());
  expect(tried.filter((address) => address === emailOf(manager))).toHaveLength(1);
  const rows = await t.s.db.forOrganization(organizationId, (tx) => tx.approvalMail.findMany({ where: { userId: manager.userId } }));
  expect(rows.map(({ problem }) => problem)).toEqual(['The mail server refused the address of the recipient (it answered 550).']);
});

test('no name adds a header, a recipient, a line or markup', async () => {
  const smtp = await startSmtp();
  const tool = 'pay\r\nBcc: eve@example.com\r\n\r\n<b>hi</b>';
  const { owner, ask } = await fixture({ tool, label: 'ci\u202E\nTo: eve@example.com <i>', requesterExcluded: true });
  start(at(smtp.port));
  await ask('{"http://evil.example/":1,"a\\r\\nb":2,"amount":3}');
  await expect.poll(smtp.to, PATIENCE).toEqual([emailOf(owner)]);
  const { raw } = smtp.received[0] as Received;
  const headers = headersOf(raw);
  const known = [
    'auto-submitted',
    'content-type',
    'date',
    'from',
    'message-id',
    'mime-version',
    'subject',
    'to',
    'x-auto-response-suppress',
  ];
  expect([...headers.keys()].sort()).toEqual(known);
  expect(headers.get('to')).toBe(emailOf(owner));
  expect(headers.get('subject')).toBe('Approval needed: pay Bcc: eve@example.com <b>hi</b> (ci To: eve@example.com <i>)');
  const text = decoded(raw);
  expect(text).not.toMatch(/\r\nBcc|\r\nTo: eve|\u202E|evil\.example/);
  expect(text.slice(text.indexOf('<!doctype'))).not.toMatch(/<b>|<i>/);
  expect(text).toContain('Arguments: amount, 2 more (names only');
});

test('switched off nobody is told, and switched on again only of what is asked then', async () => {
  const smtp = await startSmtp();
  const { owner, ask } = await fixture({ requesterExcluded: true });
  await setApprovalMail(t.s, owner, { enabled: false });
  expect(await readApprovalMail(t.s, owner)).toMatchObject({ enabled: false, setBy: owner.name });
  start(at(smtp.port));
  await allMailed(await ask('{"n":1}'));
  expect(smtp.received).toEqual([]);
  await setApprovalMail(t.s, owner, { enabled: true });
  const second = await ask('{"n":2}');
  await allMailed(second);
  expect(smtp.received.map(({ raw }) => decoded(raw).includes(second))).toEqual([true]);
});

test('an agent that asks and asks fills no mailbox', async () => {
  const smtp = await startSmtp();
  const { owner, organizationId, ask } = await fixture({ requesterExcluded: true });
  const first = await ask('{"n":0}');
  // All but one of what the hour allows, told of other requests.
  const others = Array.from({ length: MOST_MAILS_PER_HOUR - 1 }, () => newId());
  await t.s.db.forOrganization(organizationId, async (tx) => {
    const row = await tx.approval.findFirstOrThrow({ where: { id: first } });
    await tx.approval.createMany({ data: others.map((id) => ({ ...row, id, state: 'expired', pendingHash: null })) });
  });
  for (const approvalId of others) await noteMailed({ db: worker }, { organizationId, approvalId, userId: owner.userId, problem: null });
  start(at(smtp.port));
  await allMailed(first);
  expect(smtp.received).toHaveLength(1);
  await allMailed(await ask('{"n":1}'));
  expect(smtp.received).toHaveLength(1);
});

describe('a test e-mail', () => {
  test('goes to whoever asks for it, and to nobody else', async () => {
    const smtp = await startSmtp();
    const { owner } = await fixture();
    start(at(smtp.port));
    expect(await testApprovalMail(t.s, owner)).toMatchObject({ ok: true, value: { problem: null } });
    expect(smtp.to()).toEqual([emailOf(owner)]);
    expect(headersOf(smtp.received[0]?.raw ?? '').get('subject')).toBe('Toolgate: test e-mail');
  });

  test('says that there is no mail server', async () => {
    const { owner } = await fixture();
    start(null);
    expect(await testApprovalMail(t.s, owner)).toMatchObject({ value: { problem: expect.stringContaining('its operator sets SMTP_URL') } });
  });

  test.each([
    ['that the server cannot be reached', '', {}, /^The mail server cannot be reached\.$/, true],
    [
      'that a server without encryption is told nothing',
      '?requireTLS=true',
      {},
      /offers no encrypted connection that can be trusted/,
      false,
    ],
    [
      'that a certificate is not trusted',
      '?requireTLS=true',
      { disabledCommands: [] },
      /no encrypted connection that can be trusted/,
      false,
    ],
  ])('says %s', async (_, more, options, text, isDown) => {
    const smtp = isDown ? await startSmtpAway() : await startSmtp(options);
    const { owner } = await fixture();
    start(at(smtp.port, more));
    expect(await testApprovalMail(t.s, owner)).toMatchObject({ ok: true, value: { problem: expect.stringMatching(text) } });
    expect(smtp.received).toEqual([]);
    expect((await readApprovalMail(t.s, owner)).lastError).toMatch(text);
  });

  test('says that the password is wrong, and writes it nowhere', async () => {
    const onAuth: SMTPServerOptions['onAuth'] = ({ password }, _session, done) =>
      password === 'right-secret' ? done(null, { user: 'ada' }) : done(new Error(`Not ${password}`));
    const smtp = await startSmtp({ onAuth, authOptional: false, allowInsecureAuth: true });
    const { owner, organizationId } = await fixture();
    const { log, stop } = start(`smtp://ada:wrong-secret@127.0.0.1:${smtp.port}`);
    const { problem } = ((await testApprovalMail(t.s, owner)) as { value: { problem: string } }).value;
    expect(problem).toMatch(/^The mail server refused the user name or the password/);
    const row = await t.s.db.forOrganization(organizationId, (tx) => tx.approvalMailSetting.findFirst());
    expect(JSON.stringify([row, log, problem])).not.toContain('wrong-secret');
    await stop();
    start(`smtp://ada:right-secret@127.0.0.1:${smtp.port}`);
    expect(await testApprovalMail(t.s, owner)).toMatchObject({ value: { problem: null } });
  });
});
