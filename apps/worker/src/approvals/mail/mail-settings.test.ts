import { expect, test } from 'vitest';
import { parseSender, smtpAddress, transportOptions } from './mail-settings.ts';

test.each([
  ['smtp://mail.example.com:587', true],
  ['smtp://user:pass@10.0.0.5', true],
  ['smtp://127.0.0.1.evil.example', true],
  ['smtps://mail.example.com', true],
  ['smtp://mail.example.com?requireTLS=false', undefined],
  ['smtp://mail.example.com?ignoreTLS=true', undefined],
  ['smtp://localhost:25', undefined],
  ['smtp://127.0.0.1:1025', undefined],
  ['smtp://[::1]:1025', undefined],
])('%s requires TLS: %s', (url, requireTLS) => {
  expect(transportOptions(url).requireTLS).toBe(requireTLS);
});

test('an address that is none is refused without its password', () => {
  for (const text of ['mail.example.com', 'https://u:p4ssword@mail.example.com', 'smtp://', 'p4ssword'])
    expect(() => smtpAddress(text)).toThrow(/^it must be an address such as smtps:\/\/user:password@/);
  expect(smtpAddress('smtps://user:p%40ss@mail.example.com:465')).toContain('mail.example.com');
});

test('a sender is one address, with a name or without', () => {
  expect(parseSender('Toolgate <toolgate@example.com>')).toEqual({ name: 'Toolgate', address: 'toolgate@example.com' });
  expect(parseSender('toolgate@example.com')).toEqual({ name: '', address: 'toolgate@example.com' });
  for (const text of ['', 'Toolgate', 'a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com', 'a@b@c'])
    expect(() => parseSender(text)).toThrow('it must be one sender');
});
