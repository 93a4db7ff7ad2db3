import type { LiveState } from '@/components/ui/live-dot';

const RETRY_MS = 3000;

interface Listener {
  onState(state: LiveState): void;
  onNews(): void;
}

/** By address. A browser opens only six connections to a host, so that all of one page that listen share one. */
const connections = new Map<string, Connection>();

/** Listens to a stream of server-sent events until what it returns is called; a listener that comes later is told at once that it is open. */
export function listenLive(url: string, listener: Listener): () => void {
  const connection = connections.get(url) ?? new Connection(url);
  connections.set(url, connection);
  connection.add(listener);
  return () => {
    if (connection.remove(listener) === 0) connections.delete(url);
  };
}

class Connection {
  readonly #url: string;
  readonly #listeners = new Set<Listener>();
  #source: EventSource | null = null;
  #behind = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  add(listener: Listener): void {
    this.#listeners.add(listener);
    if (!this.#source) this.#connect();
    else if (this.#source.readyState === EventSource.OPEN) {
      listener.onState(this.#behind ? 'behind' : 'live');
      listener.onNews();
    }
  }

  /** How many still listen. */
  remove(listener: Listener): number {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) {
      clearTimeout(this.#timer);
      this.#source?.close();
    }
    return this.#listeners.size;
  }

  #connect(): void {
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onopen = () => {
      this.#behind = false;
      this.#tell('live');
      this.#news();
    };
    source.onmessage = () => this.#news();
    source.addEventListener('behind', ({ data }: MessageEvent<string>) => {
      this.#behind = data === 'true';
      this.#tell(this.#behind ? 'behind' : 'live');
    });
    source.onerror = () => {
      this.#tell('reconnecting');
      // The browser tries again by itself, except after an answer that was no stream.
      if (source.readyState === EventSource.CLOSED) this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
    };
  }

  #tell(state: LiveState): void {
    for (const { onState } of [...this.#listeners]) onState(state);
  }

  #news(): void {
    for (const { onNews } of [...this.#listeners]) onNews();
  }
}
