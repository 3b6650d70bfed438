import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { fromTemporal } from '../../gateway/temporal-errors.ts';

const failedWith = (type: string) => {
  const cause = ApplicationFailure.create({ message: 'why', type });
  const activity = new ActivityFailure(
    'failed',
    'restart',
    '1',
    'MAXIMUM_ATTEMPTS_REACHED',
    '',
    cause,
  );
  return new WorkflowFailedError('failed', activity, 'MAXIMUM_ATTEMPTS_REACHED');
};

test.each([
  ['EngineError', 'engine_unavailable'],
  ['service_not_ready', 'service_not_ready'],
])('an activity that failed with %s is told as %s', (type, code) =>
  expect(fromTemporal(failedWith(type))).toMatchObject({ name: 'VX11Error', code }),
);

test('what is no code of ours is told as it is', () => {
  const unknown = failedWith('TypeError');
  expect(fromTemporal(unknown)).toBe(unknown);
});
