/** A TCP proxy on the loopback interface that can be slow, silent or away: for tests of what happens when a store is. */
import net from 'node:net';

export interface TcpProxy {
  port: number;
  /** Of the same scheme, name and password as the target, through the proxy. */
  url: string;
  /** Where new connections lead: a server may come back at another port. */
  target: string;
  /** Each piece of data waits so long, in either direction, from now on. */
  delayMs: number;
  /** Pieces of data that came from clients so far: commands that were sent together are one. */
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
    sockets.add(from);
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('data', (data) => {
      if (proxy.delayMs === 0) return void to.write(data);
      setTimeout(() => to.destroyed || to.write(data), proxy.delayMs).unref();
    });
  };
  const server = net.createServer((client) => {
    if (!isOpen) return void client.destroy();
    client.setNoDelay(true);
    const { port: targetPort, hostname: host } = new URL(proxy.target);
    const upstream = net.connect({ port: Number(targetPort), host, noDelay: true });
    client.on('data', () => void sent++);
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
