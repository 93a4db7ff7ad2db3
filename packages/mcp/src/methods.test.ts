import { describe, expect, test } from 'vitest';
import { passesToClient, treatmentOfNotification, treatmentOfRequest, treatmentOfServerRequest } from './methods.ts';

describe('a method that nobody listed', () => {
  const unknown = ['tools/run', 'TOOLS/CALL', 'tools/call ', 'tasks/get', 'tasks/update', 'tasks/cancel', '__proto__', 'constructor', ''];
  test.each(unknown)('%j is refused in every direction and era', (method) => {
    for (const era of ['session', 'stateless'] as const) {
      expect(treatmentOfRequest(method, era)).toBe('refused');
      expect(treatmentOfNotification(method, era)).toBe('refused');
    }
    for (const stream of ['session', 'request', 'listen'] as const) expect(passesToClient(method, stream)).toBe(false);
    expect(treatmentOfServerRequest(method)).toBe('refused');
  });
});

describe('a method of the other era', () => {
  test.each(['ping', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])('%s ended with the sessions', (method) => {
    expect(treatmentOfRequest(method)).not.toBe('refused');
    expect(treatmentOfRequest(method, 'stateless')).toBe('refused');
  });

  test('begins nothing', () => {
    expect(treatmentOfRequest('initialize', 'stateless')).toBe('probe');
    expect(treatmentOfRequest('server/discover', 'session')).toBe('probe');
    expect(treatmentOfRequest('subscriptions/listen', 'session')).toBe('refused');
    expect(treatmentOfRequest('server/discover', 'stateless')).toBe('discovering');
    expect(treatmentOfRequest('subscriptions/listen', 'stateless')).toBe('listening');
    expect(treatmentOfNotification('notifications/initialized', 'stateless')).toBe('refused');
  });
});

test('calls are governed and lists filtered in both eras', () => {
  for (const era of ['session', 'stateless'] as const) {
    expect(treatmentOfRequest('tools/call', era)).toBe('governed');
    expect(treatmentOfRequest('tools/list', era)).toBe('filtered');
    for (const method of ['resources/read', 'prompts/get', 'completion/complete'])
      expect(treatmentOfRequest(method, era)).toBe('policy_governed');
  }
});

test('what a server wants of a client is asked of the policy', () => {
  for (const method of ['sampling/createMessage', 'elicitation/create', 'roots/list'])
    expect(treatmentOfServerRequest(method)).toBe('policy_governed');
});

test('notifications stay on the stream they belong to', () => {
  expect(passesToClient('notifications/progress', 'request')).toBe(true);
  expect(passesToClient('notifications/progress', 'listen')).toBe(false);
  expect(passesToClient('notifications/tools/list_changed', 'listen')).toBe(true);
  expect(passesToClient('notifications/tools/list_changed', 'request')).toBe(false);
  expect(passesToClient('notifications/elicitation/complete', 'listen')).toBe(false);
});
