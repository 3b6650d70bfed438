import { expect, test } from 'vitest';
import type { ContainerState } from '../../../contracts/service.ts';
import {
  decidingState,
  containersToKeep,
  representativeOf,
} from '../../../domain/services/replicas.ts';

const containers = (...states: ContainerState[]) =>
  states.map((state, nth) => ({ id: `c${nth}`, state }));
const idsOf = (found: { id: string }[]) => found.map(({ id }) => id).join(' ');

test.each<[string, ContainerState[], number, string]>([
  ['as many as the file asks for', ['exited', 'exited', 'exited'], 2, 'c0 c1'],
  ['running ones first', ['exited', 'running', 'exited'], 2, 'c1 c0'],
  [
    'all running ones, even if more than the file asks for',
    ['running', 'running', 'exited'],
    1,
    'c0 c1',
  ],
  ['none if the file asks for none', ['exited', 'exited'], 0, ''],
  ['one that runs although the file asks for none', ['exited', 'running'], 0, 'c1'],
  ['those that exist', ['exited'], 3, 'c0'],
])('a window keeps containers running: %s', (_, states, replicas, kept) => {
  expect(idsOf(containersToKeep(containers(...states), replicas))).toBe(kept);
});

test.each<[ContainerState[], number, { leased: ContainerState; idle: ContainerState }]>([
  [[], 1, { leased: 'absent', idle: 'absent' }],
  [['running', 'exited'], 2, { leased: 'exited', idle: 'running' }],
  [['running'], 2, { leased: 'absent', idle: 'running' }],
  [['running', 'exited'], 1, { leased: 'running', idle: 'running' }],
  [['exited'], 0, { leased: 'done', idle: 'exited' }],
  [[], 0, { leased: 'done', idle: 'absent' }],
  [['exited', 'created'], 1, { leased: 'exited', idle: 'exited' }],
])('containers %j with %i replicas have the state %j', (states, replicas, { leased, idle }) => {
  const of = (held: boolean) => decidingState(containers(...states), replicas, held);
  expect({ leased: of(true), idle: of(false) }).toEqual({ leased, idle });
});

test.each<[string, ContainerState[], string | null, string]>([
  ['a running one', ['exited', 'running'], 'c0', 'c1'],
  ['an unhealthy one', ['running', 'unhealthy', 'running'], 'c0', 'c1'],
  ['the previous one', ['running', 'running'], 'c1', 'c1'],
  ['the newest if none runs', ['exited', 'exited'], null, 'c0'],
])('the container that represents a service is %s', (_, states, previous, id) => {
  expect(representativeOf(containers(...states), previous)?.id).toBe(id);
});
