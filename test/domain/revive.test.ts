import { expect, test } from 'vitest';
import { revival, type Fall, type Revival } from '../../domain/revive.ts';

const fall = (change: Partial<Fall>): Fall => ({
  exit_code: 0,
  out_of_memory: false,
  by_hand: false,
  restart: 'no',
  attempts: 0,
  ...change,
});
const comesBack: Revival = { revive: true, after_ms: 0 };
const stays = (because: string): Revival => ({ revive: false, because });

test.each<[string, Partial<Fall>, Revival]>([
  ['was stopped by hand comes back', { by_hand: true }, comesBack],
  ['was killed comes back', { exit_code: 137 }, comesBack],
  ['was terminated comes back', { exit_code: 143 }, comesBack],
  [
    'ran out of memory stays down',
    { exit_code: 137, out_of_memory: true },
    stays('it ended with exit code 137'),
  ],
  [
    'ran out of memory comes back where its file says so',
    { exit_code: 137, out_of_memory: true, restart: 'on-failure' },
    comesBack,
  ],
  ['ended well stays down', { exit_code: 0 }, stays('it has done its work')],
  [
    'ended well stays down, also with on-failure',
    { exit_code: 0, restart: 'on-failure' },
    stays('it has done its work'),
  ],
  ['ended well comes back with always', { exit_code: 0, restart: 'always' }, comesBack],
  [
    'ended well comes back with unless-stopped',
    { exit_code: 0, restart: 'unless-stopped' },
    comesBack,
  ],
  ['failed stays down', { exit_code: 2 }, stays('it ended with exit code 2')],
  ['failed comes back with on-failure', { exit_code: 2, restart: 'on-failure' }, comesBack],
  [
    'ended in an unknown way comes back with on-failure',
    { exit_code: null, restart: 'on-failure' },
    comesBack,
  ],
  [
    'fell six times in a row stays down, and is told how often',
    { exit_code: 2, restart: 'always', attempts: 6 },
    stays('it fell 6 times in a row (exit code 2)'),
  ],
  [
    'was stopped by hand ever so often comes back, as it did nothing wrong',
    { exit_code: 143, by_hand: true, attempts: 60 },
    { revive: true, after_ms: 30_000 },
  ],
])('a service that %s', (_, change, expected) => {
  expect(revival(fall(change))).toEqual(expected);
});

test.each([
  [0, 0],
  [1, 1000],
  [2, 2000],
  [3, 4000],
  [4, 8000],
  [5, 16_000],
])('after %d falls it is waited for %d ms', (attempts, after_ms) => {
  expect(revival(fall({ restart: 'always', attempts }))).toEqual({ revive: true, after_ms });
});
