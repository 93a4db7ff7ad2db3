/** A gateway that is told to stop finishes what it has begun, takes on nothing new, and leaves nothing unsettled. */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';
import { callOf, createFixture, initialize, post, recordsOf } from './testing/fixture.ts';
import { HOLD, holdCalls } from './testing/held-calls.ts';

/** A request whose last byte is still to come; `finish` sends it and gives the status of the answer. */
async function begin(url: string, head: string, last: string) {
  const { hostname, port, host } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  await once(socket, 'connect');
  await answeredAnew(url);
  socket.write(`${head} HTTP/1.1\r\nHost: ${host}\r\n`);
  return {
    finish: async () => {
      socket.write(last);
      const [data] = await once(socket, 'data');
      socket.destroy();
      return Number(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1]);
    },
  };
}

/** A connection that is made later is accepted later: those from before are more than a promise of the kernel. */
async function answeredAnew(url: string): Promise<void> {
  const [answer] = (await once(http.get(`${url}/healthz`, { agent: false }), 'response')) as [http.IncomingMessage];
  await once(answer.resume(), 'end');
}

test('from the moment it stops it is not ready and refuses calls; the running call is answered and settled, and then it is gone', async () => {
  const held = holdCalls();
  const fixture = await createFixture('embedded', { answers: 'json', intercept: held.intercept });
  try {
    const running = await fixture.start();
    const tenant = await fixture.tenant();
    const url = running.url + tenant.path;
    const opened = await post(url, tenant.token, initialize);
    const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    const calling = post(url, tenant.token, callOf('slow', HOLD), headers);
    await expect.poll(() => held.count).toBe(1);
    // Connections from before: new ones are not accepted any more.
    const ready = await begin(running.url, 'GET /readyz', '\r\n');
    const body = JSON.stringify(callOf('echo'));
    const fields = `Authorization: Bearer ${tenant.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    const call = await begin(running.url, `POST ${tenant.path}`, `${fields}\r\n${body}`);

    let isGone = false;
    const stopping = running.stop().then(() => {
      isGone = true;
    });
    expect([await ready.finish(), await call.finish()]).toEqual([503, 503]);
    await expect(post(url, tenant.token, callOf('echo'), headers)).rejects.toThrow();
    expect(isGone).toBe(false);
    held.release();
    const answer = await calling;
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"result"');
    await stopping;
    expect(fixture.upstream.calls).toHaveLength(1);
    const records = await recordsOf(fixture.db, tenant.organizationId);
    expect(records.map(({ type, end }) => [type, end?.outcome])).toEqual([
      ['intent', undefined],
      ['end', 'ok'],
    ]);
  } finally {
    await fixture.stop();
  }
});
