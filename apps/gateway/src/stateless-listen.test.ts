/** Revision 2026-07-28: who listens is told what the policy allows, for as long as it allows it. */
import { describe, expect, test } from 'vitest';
import { POLICY } from './testing/fixture.ts';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import { complete, event, sse, stateless } from './testing/stateless-stub.ts';
import { streamedText } from './testing/streamed-text.ts';

const world = scriptedGateway({ era: 'stateless' });
const { at, ask } = world;

describe('subscriptions/listen', () => {
  const note = (method: string, params: object = {}) => ({
    jsonrpc: '2.0',
    method,
    params: { ...params, _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } },
  });
  const wanted = { toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['test://a'] };

  test('asks for and tells what the policy allows, is kept alive, and ends when the server ends it', async () => {
    const tenant = await world.fixture.tenant({ ...POLICY, methods: { 'prompts/list': 'allow' } });
    world.fixture.settings.keepaliveMs = 100;
    let asked: unknown;
    let finish = () => {};
    world.behave = ({ message }, response) => {
      asked = message?.params?.notifications;
      sse(response).write(event(note('notifications/subscriptions/acknowledged', { notifications: asked as object })));
      response.write(
        event(note('notifications/resources/updated', { uri: 'test://a' })) + event(note('notifications/message', { data: 'x' })),
      );
      finish = () => response.end(event(note('notifications/tools/list_changed')) + event(complete(message?.id, {})));
    };
    const stream = streamedText(await ask(tenant, 'subscriptions/listen', { notifications: wanted }));
    await stream.until(': keepalive');
    finish();
    const text = await stream.whole();
    expect(asked).toEqual({ toolsListChanged: true, promptsListChanged: true });
    expect(text).toContain('acknowledged');
    expect(text).toContain('tools/list_changed');
    expect(text).not.toContain('resources/updated');
    expect(text).not.toContain('notifications/message');
    expect(text).toContain(event(complete(1, {})));
  });

  test('nothing is listened to when it is not said what', async () => {
    const tenant = await world.fixture.tenant();
    const answer = await ask(tenant, 'subscriptions/listen', {});
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: -32602 } }]);
  });

  test.each(['grant revoked', 'grant paused', 'server paused', 'organization paused'])(
    'ends, although neither side ends it: %s',
    async (what) => {
      const tenant = await world.fixture.tenant();
      let upstreamClosed = false;
      world.behave = ({ message }, response) => {
        response.once('close', () => (upstreamClosed = true));
        sse(response).write(
          event(note('notifications/subscriptions/acknowledged', { notifications: message?.params?.notifications as object })),
        );
      };
      const stream = await ask(tenant, 'subscriptions/listen', { notifications: wanted });
      const text = stream.text();
      const now = new Date();
      await world.fixture.change(tenant.organizationId, (tx) =>
        what === 'grant revoked'
          ? tx.grant.updateMany({ data: { revokedAt: now } })
          : what === 'grant paused'
            ? tx.grant.updateMany({ data: { pausedAt: now } })
            : what === 'server paused'
              ? tx.server.updateMany({ data: { pausedAt: now } })
              : tx.organization.updateMany({ data: { pausedAt: now } }),
      );
      expect(await text).toContain('"resultType":"complete"');
      await expect.poll(() => upstreamClosed).toBe(true);
      const again = await ask(tenant, 'subscriptions/listen', { notifications: wanted });
      expect([again.status, await again.text()]).toEqual(
        what === 'grant revoked' ? [401, expect.anything()] : [200, expect.stringContaining('"paused"')],
      );
    },
  );

  test('ends upstream when the client goes away', async () => {
    const tenant = await world.fixture.tenant();
    const closed = new Promise<void>((resolve) => {
      world.behave = (_, response) => {
        response.once('close', () => resolve());
        sse(response).write(': open\n\n');
      };
    });
    const gone = new AbortController();
    const { body, headers } = stateless('subscriptions/listen', { notifications: wanted });
    const all = { ...headers, authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' };
    const stream = await fetch(at(tenant), { method: 'POST', body: JSON.stringify(body), headers: all, signal: gone.signal });
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    gone.abort();
    await closed;
  });
});
