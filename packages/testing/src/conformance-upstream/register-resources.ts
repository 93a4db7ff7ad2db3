import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { PIXEL_PNG } from './media.ts';

/** A text, an image, one that can be watched, and a template. */
export function registerResources(server: McpServer): void {
  registerText(server, 'static-text', 'test://static-text', 'This is the content of the static text resource.');
  registerText(server, 'watched-resource', 'test://watched-resource', 'This resource can be subscribed to.');
  const image = { mimeType: 'image/png', description: 'One pixel.' };
  server.registerResource('static-binary', 'test://static-binary', image, ({ href }) => ({
    contents: [{ uri: href, mimeType: 'image/png', blob: PIXEL_PNG }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  const json = { mimeType: 'application/json', description: 'What the id in its address makes of it.' };
  server.registerResource('template', template, json, ({ href }, { id }) => ({
    contents: [{ uri: href, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
  }));
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
}

function registerText(server: McpServer, name: string, uri: string, text: string): void {
  const metadata = { mimeType: 'text/plain', description: 'A text.' };
  server.registerResource(name, uri, metadata, () => ({ contents: [{ uri, mimeType: 'text/plain', text }] }));
}
