/** What Toolgate says of itself to servers. */
export const OWN_NAME = { name: 'toolgate', version: '1' };
/** Of every POST. */
export const OWN_HEADERS = {
  accept: 'application/json, text/event-stream',
  'accept-encoding': 'identity',
  'user-agent': 'toolgate',
  'content-type': 'application/json',
};
