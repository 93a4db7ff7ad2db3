/** Revision 2026-07-28: a server asks for input with its answer, where the policy lets it ask. */
import { describe, expect, test } from 'vitest';
import { POLICY, recordsOf } from './testing/fixture.ts';
import { scriptedGateway } from './testing/scripted-gateway.ts';
import { event, json, result, sse } from './testing/stateless-stub.ts';

const world = scriptedGateway({ era: 'stateless' });
const { ask } = world;

describe('input that a server asks for', () => {
  const elicit = { method: 'elicitation/create', params: { mode: 'form', message: 'Password?', requestedSchema: { type: 'object' } } };
  const asking = (requests: object, id: unknown = 1) =>
    result(id, { resultType: 'input_required', inputRequests: requests, requestState: 's=1' });
  const capable = { _meta: { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } } };

  test.each([false, true])(
    'passes as it came where the policy allows its method, and the retry is judged again (streamed: %s)',
    async (streamed) => {
      const tenant = await world.fixture.tenant({
        ...POLICY,
        tools: { echo: { rate_limit: { max: 1, window: 3600 } } },
        methods: { 'elicitation/*': 'allow' },
      });
      world.behave = ({ message }, response) => {
        if (streamed) sse(response).end(event(asking({ a: elicit }, message?.id)));
        else json(response, asking({ a: elicit }, message?.id));
      };
      const text = await (await ask(tenant, 'tools/call', { name: 'echo', ...capable })).text();
      expect(text).toBe(streamed ? event(asking({ a: elicit })) : JSON.stringify(asking({ a: elicit })));
      const retry = { name: 'echo', ...capable, inputResponses: { a: { action: 'accept', content: {} } }, requestState: 's=1' };
      expect(await (await ask(tenant, 'tools/call', retry)).text()).toContain('limit_reached');
    },
  );

  test.each([false, true])('does not pass where the policy denies its method, and that is recorded (streamed: %s)', async (streamed) => {
    const tenant = await world.fixture.tenant({ ...POLICY, methods: { 'sampling/*': 'allow', 'prompts/*': 'allow' } });
    world.behave = ({ message }, response) => {
      if (streamed) sse(response).end(event(asking({ a: elicit }, message?.id)));
      else json(response, asking({ a: elicit }, message?.id));
    };
    const text = await (await ask(tenant, 'tools/call', { name: 'slow', ...capable })).text();
    expect(text).toContain('[POLICY DENIED] The server asks for elicitation/create');
    expect(text).not.toContain('Password');
    expect(text).toContain('"resultType":"complete"');
    expect(await (await ask(tenant, 'prompts/get', { name: 'p', ...capable })).text()).toContain('"error":{');
    await expect
      .poll(
        async () =>
          (await recordsOf(world.fixture.db, tenant.organizationId)).filter(({ facts }) => facts?.method === 'elicitation/create').length,
      )
      .toBe(2);
  });

  test('does not pass when the client has not declared that it can answer, or when it is nothing that may be asked', async () => {
    const tenant = await world.fixture.tenant({ ...POLICY, methods: { 'elicitation/*': 'allow', 'sampling/*': 'allow' } });
    world.behave = ({ message }, response) => json(response, asking({ a: elicit }, message?.id));
    const undeclared = await ask(tenant, 'tools/call', { name: 'slow' });
    expect([undeclared.status, await undeclared.json()]).toMatchObject([
      400,
      { error: { code: -32021, data: { requiredCapabilities: { elicitation: {} } } } },
    ]);
    for (const requests of [{ a: { method: 'tools/call' } }, { a: 7 }, [elicit]]) {
      world.behave = ({ message }, response) => json(response, asking(requests, message?.id));
      expect((await ask(tenant, 'tools/call', { name: 'slow', ...capable })).status).toBe(502);
    }
    world.behave = ({ message }, response) => json(response, result(message?.id, { resultType: 'task', task: {} }));
    expect((await ask(tenant, 'tools/call', { name: 'slow' })).status).toBe(502);
  });
});
