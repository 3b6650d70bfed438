import { expect, test } from 'vitest';
import { recordedAs } from '../../../../domain/incidents/inee/intent.ts';
import { afterHeartbeat, egg, stageAt, type Life } from '../../../../domain/incidents/inee/life.ts';
import { minute, noon } from '../../samples.ts';

const after = (...minutes: number[]): Life =>
  minutes.reduce((life, at) => afterHeartbeat(life, noon + at * minute), egg);

test.each([
  ['a registered colony', [], 0, 'egg'],
  ['a colony that was registered long ago and never sent a heartbeat', [], 600, 'egg'],
  ['one heartbeat', [0], 0, 'larva'],
  ['two heartbeats', [0, 1], 1, 'larva'],
  ['three within three minutes', [0, 1, 3], 3, 'adult'],
  ['three within more than three minutes', [0, 1, 3.1], 3.1, 'larva'],
  ['a fourth that makes three within three minutes', [0, 1, 3.1, 3.5], 3.5, 'adult'],
  ['an adult that is late, but not lost', [0, 1, 2, 6.9], 6.9, 'adult'],
  ['five minutes of silence', [0, 1, 2], 7, 'adult'],
  ['more than five minutes of silence', [0, 1, 2], 7.01, 'lost'],
  ['a heartbeat of a lost colony', [0, 1, 2, 8], 8, 'larva'],
  ['three heartbeats of a lost colony', [0, 1, 2, 8, 9, 10], 10, 'adult'],
])('%s: %j, seen at minute %d, is %s', (_, minutes, now, stage) => {
  expect(stageAt(after(...minutes), noon + now * minute)).toBe(stage);
});

test('at most three heartbeats are kept', () => {
  expect(after(0, 1, 2, 3, 4).beats).toEqual([2, 3, 4].map((at) => noon + at * minute));
});

test.each([
  ['diagnose', false, 'diagnose', 'scan'],
  ['propose', false, 'propose', 'notify_incident'],
  ['apply', false, 'propose', 'notify_incident'],
  ['apply', true, 'apply', 'propose_action'],
] as const)(
  '%s with execution %s is recorded as %s',
  (asked, execution, recorded_as, operation) => {
    expect(recordedAs(asked, execution)).toEqual({ asked, recorded_as, operation });
  },
);
