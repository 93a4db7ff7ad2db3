import net from 'node:net';
import { commandLine } from './process.ts';

export interface AskedRedis {
  port: number;
  /** The process that has to be the one that answers. */
  pid: number;
  /** Base64url, or none. */
  password?: string;
}

/** Rejects unless this process answers as a Redis on this port, takes the password and says PONG: one that still loads its file does not count. */
export function redisAnswers({ port, pid, password }: AskedRedis): Promise<void> {
  const asked = `${password === undefined ? '' : `AUTH ${password}\r\n`}PING\r\nINFO server\r\n`;
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(asked));
    const end = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error) reject(error);
      else resolve();
    };
    const timer = setTimeout(() => end(new Error(`no answer at port ${port}`)), PATIENCE_MS);
    socket.on('error', end);
    socket.once('close', () => end(new Error(`who listens at port ${port} hung up`)));
    let said = '';
    socket.on('data', (data) => {
      said += data;
      const refusal = /^-[^\r]*/m.exec(said);
      const [, answering] = /^process_id:(\d+)\r$/m.exec(said) ?? [];
      if (refusal) end(new Error(`${refusal[0].slice(1)} (at port ${port})`));
      else if (answering !== undefined)
        end(Number(answering) === pid ? undefined : new Error(`process ${answering} has port ${port}, not ${pid}`));
      else if (said.length > MOST) end(new Error(`what listens at port ${port} is no Redis`));
    });
  });
}

const PATIENCE_MS = 5000;
const MOST = 65_536;

/** Redis shows its address in the list of processes: `redis-server 127.0.0.1:20123`. */
export const isRedis = (pid: number, port: number): boolean => {
  const command = commandLine(pid);
  return command !== null && /redis|valkey/.test(command) && command.includes(`:${port}`);
};
