/** Splunk's HTTP Event Collector, and what takes its form (Cribl, Vector, Datadog). */
import { post } from './post.ts';
import type { Deliver } from './sink.ts';

export const deliverSplunk: Deliver = async (outlet, sink, events) => {
  const body = events
    .map((event) =>
      JSON.stringify({
        time: Date.parse(event.at) / 1000,
        host: 'toolgate',
        source: `toolgate:${sink.organization}`,
        sourcetype: 'toolgate:audit',
        event,
      }),
    )
    .join('\n');
  await post(outlet, sink.url, { 'content-type': 'application/json', authorization: `Splunk ${sink.secret ?? ''}` }, body);
};
