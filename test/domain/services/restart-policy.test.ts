import { expect, test } from 'vitest';
import {
  restartDecision,
  type Exit,
  type RestartDecision,
} from '../../../domain/services/restart-policy.ts';

const fall = (change: Partial<Exit>): Exit => ({
  exit_code: 0,
  out_of_memory: false,
  by_hand: false,
  service: { restart: 'no' },
  attempts: 0,
  ...change,
});
const restartsByPolicy: RestartDecision = { restart: true, after_ms: 0, by_policy: true };
const restartsAnyway: RestartDecision = { restart: true, after_ms: 0, by_policy: false };
const staysDown = (because: string): RestartDecision => ({ restart: false, because });

test.each<[string, Partial<Exit>, RestartDecision]>([
  ['was stopped by hand is restarted', { by_hand: true }, restartsAnyway],
  ['was killed is restarted', { exit_code: 137 }, restartsAnyway],
  ['was terminated is restarted', { exit_code: 143 }, restartsAnyway],
  [
    'ran out of memory stays down',
    { exit_code: 137, out_of_memory: true },
    staysDown('it ended with exit code 137'),
  ],
  [
    'ran out of memory is restarted if its file says so',
    { exit_code: 137, out_of_memory: true, service: { restart: 'on-failure' } },
    restartsByPolicy,
  ],
  ['ended with exit code 0 stays down', { exit_code: 0 }, staysDown('it has done its work')],
  [
    'ended with exit code 0 stays down, even with on-failure',
    { exit_code: 0, service: { restart: 'on-failure' } },
    staysDown('it has done its work'),
  ],
  [
    'ended with exit code 0 is restarted with always',
    { exit_code: 0, service: { restart: 'always' } },
    restartsByPolicy,
  ],
  [
    'ended with exit code 0 is restarted with unless-stopped',
    { exit_code: 0, service: { restart: 'unless-stopped' } },
    restartsByPolicy,
  ],
  ['failed stays down', { exit_code: 2 }, staysDown('it ended with exit code 2')],
  [
    'failed is restarted with on-failure',
    { exit_code: 2, service: { restart: 'on-failure' } },
    restartsByPolicy,
  ],
  [
    'ended in an unknown way is restarted with on-failure',
    { exit_code: null, service: { restart: 'on-failure' } },
    restartsByPolicy,
  ],
  [
    'failed six times in a row stays down, and the reason says how often',
    { exit_code: 2, service: { restart: 'always' }, attempts: 6 },
    staysDown('it failed 6 times in a row (exit code 2)'),
  ],
  [
    'failed as often as its restart limit allows stays down',
    { exit_code: 2, service: { restart: 'on-failure', restart_limit: 2 }, attempts: 2 },
    staysDown('it failed 2 times in a row (exit code 2)'),
  ],
  [
    'other services wait for is done with exit code 0, even with always',
    { exit_code: 0, service: { restart: 'always', one_shot: true } },
    staysDown('it has done its work'),
  ],
  [
    'other services wait for follows its restart setting if it fails',
    { exit_code: 3, service: { restart: 'always', one_shot: true } },
    restartsByPolicy,
  ],
  [
    'was stopped by hand many times is restarted, since it did not fail',
    { exit_code: 143, by_hand: true, attempts: 60 },
    { restart: true, after_ms: 30_000, by_policy: false },
  ],
])('a service that %s', (_, change, expected) => {
  expect(restartDecision(fall(change))).toEqual(expected);
});

test.each([
  [0, 0],
  [1, 1000],
  [2, 2000],
  [3, 4000],
  [4, 8000],
  [5, 16_000],
])('after %d restarts the next one waits %d ms', (attempts, after_ms) => {
  expect(restartDecision(fall({ service: { restart: 'always' }, attempts }))).toEqual({
    restart: true,
    after_ms,
    by_policy: true,
  });
});
