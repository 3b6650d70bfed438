import { expect, test } from 'vitest';
import { changedBy } from '../../../web/live/queries.ts';

test('an event says what to read again', () => {
  expect(changedBy({ type: 'window.open' })).toEqual(['status', 'windows', 'services', 'events']);
  expect(changedBy({ type: 'plan.step' })).toEqual([
    'plans',
    'chats',
    'repairs',
    'patches',
    'events',
  ]);
  expect(changedBy({ type: 'checks.finished' })).toEqual(['checks', 'schedules', 'events']);
  expect(changedBy({ type: 'schedule.paused' })).toEqual(['schedules', 'events']);
  expect(changedBy({ type: 'audit.pruned' })).toEqual(['events']);
});
