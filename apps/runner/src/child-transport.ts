/** MCP over the standard streams of a process that this class starts; unlike the SDK's, under another user and with nothing inherited. */
import { type ChildProcess, spawn } from 'node:child_process';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Command } from './sandbox.ts';

const KILL_AFTER = 2000;
const LARGEST_MESSAGE = 32 * 1024 * 1024;

export class ChildTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #command: Command;
  readonly #env: Record<string, string>;
  readonly #cwd: string;
  readonly #buffer = new ReadBuffer({ maxBufferSize: LARGEST_MESSAGE });
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(command: Command, env: Record<string, string>, cwd: string) {
    this.#command = command;
    this.#env = env;
    this.#cwd = cwd;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): Promise<void> {
    const { file, args, ...identity } = this.#command;
    // Its standard error is not kept: a program could write its key there.
    const child = spawn(file, args, { ...identity, cwd: this.#cwd, env: this.#env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    void this.#ended.then(() => this.onclose?.());
    child.stdin!.on('error', (error) => this.onerror?.(error));
    child.stdout!.on('data', (chunk: Buffer) => this.#read(chunk));
    return new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child!.stdin!.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the process, by force after two seconds, and resolves when it is gone. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER);
    await this.#ended;
    clearTimeout(timer);
  }

  /** A program that does not speak MCP, or says more than can be held, is ended. */
  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
      for (let message = this.#buffer.readMessage(); message !== null; message = this.#buffer.readMessage()) this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error as Error);
      void this.close();
    }
  }
}
