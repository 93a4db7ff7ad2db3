import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { githubEmail } from './github-email';

const mail = (email: string, primary: boolean, verified: boolean) => ({ email, primary, verified, visibility: null });

test.each([
  ['a confirmed primary address', 200, [mail('b@x.example', false, true), mail('a@x.example', true, true)], 'a@x.example'],
  ['a primary address that is not confirmed', 200, [mail('victim@x.example', true, false), mail('b@x.example', false, true)], null],
  ['no primary address', 200, [mail('b@x.example', false, true)], null],
  ['no address', 200, [], null],
  ['a refusal', 403, { message: 'no scope' }, null],
])('of a GitHub account with %s', async (_, status, answer, email) => {
  const server = createServer(({ headers, url }, response) => {
    const asked = headers.authorization === 'Bearer token-1' && url === '/user/emails';
    response.writeHead(asked ? status : 500, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(await githubEmail('token-1', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toBe(email);
});
