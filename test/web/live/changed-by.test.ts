import { expect, test } from 'vitest';
import { changedBy } from '../../../web/live/queries.ts';

test('an event says what to read again', () => {
  expect(changedBy({ type: 'window.open' })).toEqual([
    'status',
    'windows',
    'services',
    'notices',
    'events',
  ]);
  expect(changedBy({ type: 'plan.step' })).toEqual([
    'plans',
    'chats',
    'repairs',
    'patches',
    'notices',
    'events',
  ]);
  expect(changedBy({ type: 'checks.finished' })).toEqual([
    'checks',
    'schedules',
    'notices',
    'events',
  ]);
  expect(changedBy({ type: 'schedule.paused' })).toEqual(['schedules', 'notices', 'events']);
  expect(changedBy({ type: 'incident.rose' })).toEqual(['incidents', 'ants', 'notices', 'events']);
  expect(changedBy({ type: 'model.pulled' })).toEqual(['host_models', 'events']);
  expect(changedBy({ type: 'audit.pruned' })).toEqual(['events']);
});
