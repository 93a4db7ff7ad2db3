import 'server-only';
import { isAuditBehind } from '@toolgate/services/audit/is-behind';
import { newestSeq } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { onAuditNews } from './audit-news';
import { services } from './services';

const POLL_MS = 5000;
/** Then the browser connects again, and membership is checked again. */
const LIFE_MS = 10 * 60_000;

/**
 * Server-sent events: `{"seq": n}` each time the organization's newest audit event is another one, at once where Postgres says so, else within
 * 5 s; and `event: behind` with `true` or `false` when the log begins or ceases to lack what happened lately.
 */
export function liveStream(actor: Actor, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream({
    start: (controller) => {
      let [known, looking, again] = [-1, false, false];
      const look = async () => {
        if (looking) {
          again = true;
          return;
        }
        looking = true;
        const seq = await newestSeq(services(), actor).catch(() => null);
        looking = false;
        if (seq === null) return;
        if (known >= 0 && seq !== known) controller.enqueue(encoder.encode(`data: {"seq":${seq}}\n\n`));
        known = seq;
        if (again) {
          again = false;
          void look().catch(end);
        }
      };
      let behind = false;
      const lookBehind = async () => {
        const now = await isAuditBehind(services()).catch(() => behind);
        if (now !== behind) controller.enqueue(encoder.encode(`event: behind\ndata: ${now}\n\n`));
        behind = now;
      };
      const end = () => {
        stop();
        try {
          controller.close();
        } catch {
          // Closed by the browser already.
        }
      };
      const forget = onAuditNews(actor.organizationId, () => void look().catch(end));
      const poll = setInterval(() => {
        try {
          controller.enqueue(encoder.encode(': here\n\n'));
        } catch {
          return end();
        }
        void look().catch(end);
        void lookBehind().catch(end);
      }, POLL_MS);
      const life = setTimeout(end, LIFE_MS);
      stop = () => {
        forget();
        clearInterval(poll);
        clearTimeout(life);
      };
      signal.addEventListener('abort', end, { once: true });
      controller.enqueue(encoder.encode('retry: 2000\n\n'));
      void look().catch(end);
      void lookBehind().catch(end);
    },
    cancel: () => stop(),
  });
}
