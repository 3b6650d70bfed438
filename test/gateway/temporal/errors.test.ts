import { ServiceError, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { expect, test } from 'vitest';
import { fromTemporal } from '../../../gateway/temporal/errors.ts';

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
])('an activity that failed with %s becomes %s', (type, code) =>
  expect(fromTemporal(failedWith(type))).toMatchObject({ name: 'VX11Error', code }),
);

test('an unknown failure is returned unchanged', () => {
  const unknown = failedWith('TypeError');
  expect(fromTemporal(unknown)).toBe(unknown);
});

/** An error of Temporal's server, as its client throws it. */
const answered = (code: number, details: string): ServiceError =>
  new ServiceError('Workflow Update failed', {
    cause: Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} }),
  });
const workflowTaskFailed =
  'Unable to perform workflow execution update due to Workflow Task in failed state.';

test.each([
  ['a run whose task failed', 9, workflowTaskFailed],
  ['a run that took all its updates', 9, 'The limit on the total number of distinct updates'],
  ['too many calls', 8, 'namespace rate limit exceeded'],
  ['a call that was cancelled', 1, 'canceled'],
  ['something unknown', 2, 'unknown'],
  ['a namespace that is not there', 5, 'Namespace default is not found.'],
  ['missing rights', 7, 'Request unauthorized.'],
  ['a conflict', 10, 'aborted'],
  ['an inner fault', 13, 'shard is gone'],
  ['an unimplemented call', 12, 'unimplemented'],
  ['lost data', 15, 'data loss'],
  ['missing credentials', 16, 'unauthenticated'],
])('%s is 503 with Retry-After, never 500', (_, code, details) => {
  const mapped = fromTemporal(answered(code, details));
  expect(mapped).toMatchObject({ name: 'VX11Error', code: 'temporal_unavailable' });
  expect((mapped as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(0);
});

test('more messages at once than a run accepts are 429', () => {
  const message = 'limit on number of concurrent in-flight updates has been reached (10)';
  expect(fromTemporal(answered(8, message))).toMatchObject({
    code: 'too_many_requests',
    retryAfterSeconds: 1,
  });
});

test('a request that Temporal finds malformed is our fault, and is returned unchanged', () => {
  const malformed = answered(3, 'invalid search attribute');
  expect(fromTemporal(malformed)).toBe(malformed);
});

test('a refusal of a workflow carries the seconds after which to retry', () => {
  const refused = ApplicationFailure.create({
    message: 'later',
    type: 'too_many_requests',
    nonRetryable: true,
    details: [{ retry_after_seconds: 42 }],
  });
  expect(fromTemporal(new WorkflowUpdateFailedError('refused', refused))).toMatchObject({
    code: 'too_many_requests',
    retryAfterSeconds: 42,
  });
});

test.each([
  ['was terminated', new TerminatedFailure('terminated')],
  ['ran out of time', new TimeoutFailure('timeout', undefined, 'START_TO_CLOSE')],
])('work that %s is 503', (_, cause) => {
  const ended = new WorkflowFailedError('failed', cause, 'NON_RETRYABLE_FAILURE');
  expect(fromTemporal(ended)).toMatchObject({ code: 'madre_unavailable', retryAfterSeconds: 5 });
});
