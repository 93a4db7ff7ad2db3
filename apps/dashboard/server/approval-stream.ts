import 'server-only';
import { countPendingApprovals } from '@toolgate/services/approval/read';
import type { Actor } from '@toolgate/services/context';
import { onApprovalNews } from './audit-news';
import { services } from './services';

const POLL_MS = 10_000;
/** Then the browser connects again, and membership is checked again. */
const LIFE_MS = 10 * 60_000;

/** Server-sent events: `{"pending": n}` at once, whenever something happens to a request for approval, and when the number is another one. */
export function approvalStream(actor: Actor, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = () => {};
  return new ReadableStream({
    start: (controller) => {
      let known = -1;
      const end = () => {
        stop();
        try {
          controller.close();
        } catch {
          // Closed by the browser already.
        }
      };
      const say = (text: string) => {
        try {
          controller.enqueue(encoder.encode(text));
        } catch {
          end();
        }
      };
      const look = async (always: boolean) => {
        const pending = await countPendingApprovals(services(), actor).catch(() => known);
        if (always || pending !== known) say(`data: {"pending":${pending}}\n\n`);
        known = pending;
      };
      const forget = onApprovalNews(actor.organizationId, () => void look(true));
      const poll = setInterval(() => {
        say(': here\n\n');
        void look(false);
      }, POLL_MS);
      const life = setTimeout(end, LIFE_MS);
      stop = () => {
        forget();
        clearInterval(poll);
        clearTimeout(life);
      };
      signal.addEventListener('abort', end, { once: true });
      say('retry: 2000\n\n');
      void look(false);
    },
    cancel: () => stop(),
  });
}
