import { expect, test } from 'vitest';
import { isLoopback } from '../../../platform/network/loopback.ts';

test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]', '::ffff:127.0.0.1'])(
  '%s is loopback',
  (host) => expect(isLoopback(host)).toBe(true),
);

test.each(['', '0.0.0.0', '10.0.0.1', '127.example.org', 'localhost.example.org', '::2'])(
  '%j is not loopback',
  (host) => expect(isLoopback(host)).toBe(false),
);
