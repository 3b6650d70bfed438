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
const comesBack: RestartDecision = { revive: true, after_ms: 0, by_policy: true };
const isBroughtBack: RestartDecision = { revive: true, after_ms: 0, by_policy: false };
const stays = (because: string): RestartDecision => ({ revive: false, because });

test.each<[string, Partial<Exit>, RestartDecision]>([
  ['was stopped by hand comes back', { by_hand: true }, isBroughtBack],
  ['was killed comes back', { exit_code: 137 }, isBroughtBack],
  ['was terminated comes back', { exit_code: 143 }, isBroughtBack],
  [
    'ran out of memory stays down',
    { exit_code: 137, out_of_memory: true },
    stays('it ended with exit code 137'),
  ],
  [
    'ran out of memory comes back where its file says so',
    { exit_code: 137, out_of_memory: true, service: { restart: 'on-failure' } },
    comesBack,
  ],
  ['ended well stays down', { exit_code: 0 }, stays('it has done its work')],
  [
    'ended well stays down, also with on-failure',
    { exit_code: 0, service: { restart: 'on-failure' } },
    stays('it has done its work'),
  ],
  [
    'ended well comes back with always',
    { exit_code: 0, service: { restart: 'always' } },
    comesBack,
  ],
  [
    'ended well comes back with unless-stopped',
    { exit_code: 0, service: { restart: 'unless-stopped' } },
    comesBack,
  ],
  ['failed stays down', { exit_code: 2 }, stays('it ended with exit code 2')],
  [
    'failed comes back with on-failure',
    { exit_code: 2, service: { restart: 'on-failure' } },
    comesBack,
  ],
  [
    'ended in an unknown way comes back with on-failure',
    { exit_code: null, service: { restart: 'on-failure' } },
    comesBack,
  ],
  [
    'fell six times in a row stays down, and is told how often',
    { exit_code: 2, service: { restart: 'always' }, attempts: 6 },
    stays('it fell 6 times in a row (exit code 2)'),
  ],
  [
    'fell as often as its file lets it stays down',
    { exit_code: 2, service: { restart: 'on-failure', restart_limit: 2 }, attempts: 2 },
    stays('it fell 2 times in a row (exit code 2)'),
  ],
  [
    'others wait for to complete is done with 0, also with always',
    { exit_code: 0, service: { restart: 'always', one_shot: true } },
    stays('it has done its work'),
  ],
  [
    'others wait for to complete follows its restart where it fails',
    { exit_code: 3, service: { restart: 'always', one_shot: true } },
    comesBack,
  ],
  [
    'was stopped by hand ever so often comes back, as it did nothing wrong',
    { exit_code: 143, by_hand: true, attempts: 60 },
    { revive: true, after_ms: 30_000, by_policy: false },
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
])('after %d falls it is waited for %d ms', (attempts, after_ms) => {
  expect(restartDecision(fall({ service: { restart: 'always' }, attempts }))).toEqual({
    revive: true,
    after_ms,
    by_policy: true,
  });
});
