/** A TCP proxy on the loopback interface that can be slow, silent or away: for tests of what happens when a store is. */
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TcpProxy {
  port: number;
  /** Of the same scheme, name and password as the target, through the proxy. */
  url: string;
  /** Where new connections lead: a server may come back at another port. */
  target: string;
  /** Each piece of data waits so long, in either direction, from now on. */
  delayMs: number;
  /** How often clients began to send, first or after an answer: what was sent without one between is one, in however many pieces it came. */
  readonly sent: number;
  /** Ends every connection and, until `open`, refuses new ones. */
  cut(): void;
  open(): void;
  stop(): Promise<void>;
}

/** @param target a URL with a host and a port. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const sockets = new Set<net.Socket>();
  let sent = 0;
  let isOpen = true;
  const pass = (from: net.Socket, to: net.Socket) => {
    let before = Promise.resolve();
    let late = 0;
    sockets.add(from);
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('data', (data) => {
      if (proxy.delayMs === 0 && late === 0) return void to.write(data);
      // Nothing overtakes what came before it, also when the delay has just ended.
      late++;
      const delay = sleep(proxy.delayMs, undefined, { ref: false });
      before = before.then(async () => {
        await delay;
        late--;
        if (!to.destroyed) to.write(data);
      });
    });
  };
  const server = net.createServer((client) => {
    if (!isOpen) return void client.destroy();
    client.setNoDelay(true);
    const { port: targetPort, hostname: host } = new URL(proxy.target);
    const upstream = net.connect({ port: Number(targetPort), host, noDelay: true });
    let answered = true;
    client.on('data', () => {
      if (answered) sent++;
      answered = false;
    });
    upstream.on('data', () => {
      answered = true;
    });
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  const cut = () => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  const proxy: TcpProxy = {
    port,
    url: url.href,
    target,
    delayMs: 0,
    get sent() {
      return sent;
    },
    cut,
    open: () => {
      isOpen = true;
    },
    stop: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
