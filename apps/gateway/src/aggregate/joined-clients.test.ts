/** Real clients of every era at an organization's address, behind which are servers of every era. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnyClient, CLIENT_KINDS, type ClientKind, connectAs } from '../testing/clients.ts';
import { createFixture, type Fixture } from '../testing/fixture.ts';
import { type EraUpstreams, type JoinedTenant, joinedTenant, OPEN_POLICY, startEraUpstreams } from '../testing/joined-tenant.ts';

let fixture: Fixture;
let upstreams: EraUpstreams;
let tenant: JoinedTenant;
const SLUGS = ['both', 'new', 'old'];

beforeAll(async () => {
  upstreams = await startEraUpstreams();
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: upstreams.hosts.join() });
  const gateway = await fixture.start();
  const servers = upstreams.servers.map((server) =>
    server.slug === 'old' ? { ...server, document: { ...OPEN_POLICY, tools: { test_image_content: { action: 'hide' } } } } : server,
  );
  tenant = await joinedTenant(fixture, gateway, servers);
});
afterAll(async () => {
  await fixture?.stop();
  await upstreams?.stop();
});

describe.each(CLIENT_KINDS)('a client %s at the address of three servers:', (kind: ClientKind) => {
  let client: AnyClient;
  beforeAll(async () => {
    client = await connectAs(kind, tenant.url, tenant.token);
  });
  afterAll(() => client?.close());

  test('lists the tools of all servers under their names, each filtered by its own policy', async () => {
    const names = (await client.listTools()).tools.map(({ name }) => name);
    for (const slug of SLUGS) expect(names).toContain(`${slug}__test_simple_text`);
    expect(names).toContain('new__test_image_content');
    expect(names).not.toContain('old__test_image_content');
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => SLUGS.some((slug) => name.startsWith(`${slug}__`)))).toBe(true);
  });

  test.each(SLUGS)('calls a tool of %s', async (slug) => {
    expect(await client.callTool({ name: `${slug}__test_simple_text`, arguments: {} })).toMatchObject({
      content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
    });
  });

  test('is refused what the policy of one server hides, and not the same tool of another', async () => {
    expect(await client.callTool({ name: 'old__test_image_content', arguments: {} })).toMatchObject({ isError: true });
    expect(await client.callTool({ name: 'both__test_image_content', arguments: {} })).not.toMatchObject({ isError: true });
  });

  test.each(SLUGS)('lists and gets the prompts of %s', async (slug) => {
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toContain(`${slug}__test_simple_prompt`);
    expect(await client.getPrompt({ name: `${slug}__test_simple_prompt` })).toMatchObject({
      messages: [{ content: { text: 'This is a simple prompt for testing.' } }],
    });
  });

  test.each(SLUGS)('lists and reads the resources of %s, which it knows by the same address afterwards', async (slug) => {
    const uri = `tg-${slug}+test://static-text`;
    expect((await client.listResources()).resources.map((resource) => resource.uri)).toContain(uri);
    expect(await client.readResource({ uri })).toMatchObject({
      contents: [{ uri, text: 'This is the content of the static text resource.' }],
    });
    expect(await client.readResource({ uri: `tg-${slug}+test://template/7/data` })).toMatchObject({
      contents: [{ uri: `tg-${slug}+test://template/7/data` }],
    });
  });
});
