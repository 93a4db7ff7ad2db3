/** Clients on kept connections, as cheap as they can be: raw sockets, requests made beforehand. */
import { once } from 'node:events';
import net from 'node:net';

export interface LoadOrder {
  /** `host:port` */
  host: string;
  path: string;
  /** One set of headers for each grant; they take turns. */
  headers: Record<string, string>[];
  /** `%` stands for the number of the request. */
  body: string;
  connections: number;
  ms: number;
  /** So many a second in all; absent: as fast as answers come. */
  perSecond?: number;
}

export interface LoadTaken {
  answers: number;
  /** Of those: not 200, or a result that is an error. */
  wrong: number;
  /** The first of them. */
  example: string | null;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

let number = 0;

export async function load(order: LoadOrder): Promise<LoadTaken> {
  const { host, connections, ms, perSecond } = order;
  const [name, port] = host.split(':') as [string, string];
  const taken = { times: [] as number[], wrong: 0, example: null as string | null };
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = net.connect({ host: name, port: Number(port), noDelay: true });
      await once(socket, 'connect');
      return socket;
    }),
  );
  const begin = performance.now();
  const apart = perSecond === undefined ? 0 : (1000 * connections) / perSecond;
  await Promise.all(
    sockets.map(async (socket, i) => {
      const exchange = exchangeOver(socket);
      for (let turn = i; ; turn += connections) {
        const due = begin + (apart * turn) / connections;
        const early = due - performance.now();
        if (apart > 0 && early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        const from = performance.now();
        if (from - begin >= ms) break;
        const text = await exchange(requestOf(order));
        taken.times.push(performance.now() - from);
        if (text.startsWith('HTTP/1.1 200') && !text.includes('"isError":true') && text.includes('"result":')) continue;
        taken.wrong++;
        taken.example ??= text.slice(0, 1500);
      }
      socket.destroy();
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  const times = taken.times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { answers: times.length, wrong: taken.wrong, example: taken.example, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function requestOf({ host, path, headers, body }: LoadOrder): string {
  const text = body.replace('%', String(++number));
  const own = Object.entries(headers[number % headers.length] ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nhost: ${host}\r\n${own.join('')}content-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}

/** Everything here is ASCII and has a length. */
function exchangeOver(socket: net.Socket): (request: string) => Promise<string> {
  let received = '';
  let resolve: (text: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
    if (received.length < head + 4 + length) return;
    const answer = received;
    received = '';
    resolve(answer);
  });
  socket.on('error', (error) => reject(error));
  socket.on('close', () => reject(new Error('The connection was closed.')));
  return (request) =>
    new Promise((done, failed) => {
      resolve = done;
      reject = failed;
      socket.write(request, 'latin1');
    });
}
