import { expect, test } from 'vitest';
import type { ContainerState } from '../../../contracts/service.ts';
import { decidingState, keptUp, standsFor } from '../../../domain/services/replicas.ts';

const containers = (...states: ContainerState[]) =>
  states.map((state, nth) => ({ id: `c${nth}`, state }));
const idsOf = (found: { id: string }[]) => found.map(({ id }) => id).join(' ');

test.each<[string, ContainerState[], number, string]>([
  ['as many as the file asks for', ['exited', 'exited', 'exited'], 2, 'c0 c1'],
  ['those that run first', ['exited', 'running', 'exited'], 2, 'c1 c0'],
  ['all that run, also beyond the file', ['running', 'running', 'exited'], 1, 'c0 c1'],
  ['none where the file asks for none', ['exited', 'exited'], 0, ''],
  ['what runs although the file asks for none', ['exited', 'running'], 0, 'c1'],
  ['what there is', ['exited'], 3, 'c0'],
])('a window keeps up %s', (_, states, replicas, kept) => {
  expect(idsOf(keptUp(containers(...states), replicas))).toBe(kept);
});

test.each<[ContainerState[], number, { leased: ContainerState; idle: ContainerState }]>([
  [[], 1, { leased: 'absent', idle: 'absent' }],
  [['running', 'exited'], 2, { leased: 'exited', idle: 'running' }],
  [['running'], 2, { leased: 'absent', idle: 'running' }],
  [['running', 'exited'], 1, { leased: 'running', idle: 'running' }],
  [['exited'], 0, { leased: 'done', idle: 'exited' }],
  [[], 0, { leased: 'done', idle: 'absent' }],
  [['exited', 'created'], 1, { leased: 'exited', idle: 'exited' }],
])('containers %j of which %i are wanted count as %j', (states, replicas, { leased, idle }) => {
  const of = (held: boolean) => decidingState(containers(...states), replicas, held);
  expect({ leased: of(true), idle: of(false) }).toEqual({ leased, idle });
});

test.each<[string, ContainerState[], string | null, string]>([
  ['one that runs', ['exited', 'running'], 'c0', 'c1'],
  ['one that is not well', ['running', 'unhealthy', 'running'], 'c0', 'c1'],
  ['the one that was told before', ['running', 'running'], 'c1', 'c1'],
  ['the newest, where none runs', ['exited', 'exited'], null, 'c0'],
])('a service is told by %s', (_, states, told, id) => {
  expect(standsFor(containers(...states), told)?.id).toBe(id);
});
