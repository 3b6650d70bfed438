import { describe, expect, test } from 'vitest';
import { canContinue, follows, type Hello } from '../../../web/live/continuity.ts';

const event = (seq: number, log = 'a') => ({
  seq,
  prev_hash: `${log}${seq - 1}`,
  hash: `${log}${seq}`,
});
const place = { seq: 7, hash: 'a7' };

describe('an event', () => {
  test('that names the last one as the one before it is next', () =>
    expect(follows(place, event(8))).toBe('next'));
  test('that is known already is dropped', () => {
    expect(follows(place, event(7))).toBe('seen');
    expect(follows(place, event(3))).toBe('seen');
  });
  test('after a gap breaks the chain', () => expect(follows(place, event(9))).toBe('broken'));
  test('of another log breaks the chain', () => {
    expect(follows(place, event(8, 'b'))).toBe('broken');
    expect(follows(place, event(7, 'b'))).toBe('broken');
  });
  test('is next for a page that knows none', () => expect(follows(null, event(900))).toBe('next'));
});

describe('a stream', () => {
  const hello = (change: Partial<Hello>): Hello => ({
    newest: 9,
    first_kept: 1,
    head_hash: 'a9',
    server_time: '2026-11-29T12:00:00.000Z',
    version: '1',
    ...change,
  });
  test('of a log that goes on can be continued', () => {
    expect(canContinue(place, hello({}))).toBe(true);
    expect(canContinue(place, hello({ newest: 7, head_hash: 'a7' }))).toBe(true);
    expect(canContinue(null, hello({}))).toBe(true);
    expect(canContinue(place, hello({ first_kept: 8 }))).toBe(true);
  });
  test('of a log that was pruned beyond this place, or restored from a copy, cannot', () => {
    expect(canContinue(place, hello({ first_kept: 9 }))).toBe(false);
    expect(canContinue(place, hello({ newest: 5 }))).toBe(false);
    expect(canContinue(place, hello({ newest: 7, head_hash: 'b7' }))).toBe(false);
  });
});
