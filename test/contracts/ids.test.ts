import { expect, test } from 'vitest';
import { actionWorkflowId, newId, windowWorkflowId, type IdKind } from '../../contracts/ids.ts';
import { powerQueue, workflowQueue } from '../../contracts/queues.ts';
import { correlationId, hostName, instant, serviceName, windowId } from '../../contracts/text.ts';

const kinds: IdKind[] = ['window', 'spawn', 'plan', 'intent', 'run', 'token'];

test.each(kinds)('the id of a %s is its kind and 64 bits in hex', (kind) => {
  expect(newId(kind)).toMatch(new RegExp(`^${kind}-[0-9a-f]{16}$`));
});

test('ids do not repeat', () => {
  expect(new Set(Array.from({ length: 2000 }, () => newId('window'))).size).toBe(2000);
});

test('a new window id fits the contract', () => {
  expect(windowId.safeParse(newId('window')).success).toBe(true);
});

test.each([
  ['window-0123456', 'too short'],
  ['window-0123456G', 'not hex'],
  ['WINDOW-01234567', 'upper case'],
  [`window-${'0'.repeat(64)}`, 'too long'],
  [' window-01234567', 'with a blank'],
  ['window-01234567\n', 'with a line end'],
])('%j is not a window id: %s', (text) => expect(windowId.safeParse(text).success).toBe(false));

test('workflow ids and queues are derived from ids and hosts', () => {
  expect(windowWorkflowId('window-01234567')).toBe('window:window-01234567');
  expect(actionWorkflowId('strays', 'a')).toBe('strays:a');
  expect(actionWorkflowId('restart', 'a', 'web')).toBe('restart:a:web');
  expect([workflowQueue, powerQueue('a')]).toEqual(['madre', 'power@a']);
});

test.each([
  [
    serviceName,
    ['web', 'A.b_c-9', '0', '_base', '-web', '.web', 'a'.repeat(200)],
    ['', '.', '..', 'we b', 'wéb', 'a/b', 'web\n', 'a'.repeat(201)],
  ],
  [hostName, ['host-a', 'h.local'], ['', '-h', 'h:1', 'h@x']],
  [correlationId, ['a', 'A.b_c:-1', 'x'.repeat(128)], ['', 'x'.repeat(129), 'a b', 'a\n', 'é']],
  [
    instant,
    ['2026-01-05T12:00:00.000Z'],
    [
      '2026-01-05',
      '2026-01-05T12:00:00Z',
      '2026-01-05T12:00:00.000+01:00',
      '2026-13-05T12:00:00.000Z',
    ],
  ],
])('a text schema accepts valid texts and refuses the others (%#)', (schema, good, bad) => {
  for (const text of good) expect([text, schema.safeParse(text).success]).toEqual([text, true]);
  for (const text of bad) expect([text, schema.safeParse(text).success]).toEqual([text, false]);
});
