import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

/** What was sent in one session, so that a stream that broke off can be taken up again (MCP 2025-11-25, "Resumability and Redelivery"). */
export function createSessionEvents(): EventStore {
  const events: { stream: string; message: JSONRPCMessage }[] = [];
  return {
    storeEvent: async (stream, message) => String(events.push({ stream, message })),
    getStreamIdForEventId: async (id) => events[Number(id) - 1]?.stream,
    async replayEventsAfter(id, { send }) {
      const { stream } = events[Number(id) - 1] ?? { stream: '' };
      for (const [index, event] of events.entries()) {
        // A stream begins with an event that has an id and no message.
        const missed = index >= Number(id) && event.stream === stream && Object.keys(event.message).length > 0;
        if (missed) await send(String(index + 1), event.message);
      }
      return stream;
    },
  };
}
