import { policyJsonSchema } from '@toolgate/policy/json-schema';

/** The language does not change while the dashboard runs, so this is made once, when it is built. */
export const dynamic = 'force-static';

/** The JSON Schema of policy documents, for editors; anybody may read it, from any origin. */
export function GET(): Response {
  return new Response(JSON.stringify(policyJsonSchema()), {
    headers: {
      'content-type': 'application/schema+json; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
    },
  });
}
