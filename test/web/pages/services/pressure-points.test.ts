import { expect, test } from 'vitest';
import { lineOf, pressureOf } from '../../../../web/pages/services/pressure-points.ts';
import { aDecision } from '../../../domain/autonomy/samples.ts';

const round = (at: string, hosts: Record<string, number>) => {
  const { observation } = aDecision();
  const seen = Object.entries(hosts).map(([host, load]) => ({
    host,
    load,
    memory: load / 2,
    pressed_seconds: 0,
  }));
  return aDecision({ observation: { ...observation, at, hosts: seen } });
};

test('each host has its own line, oldest first, and a point beyond the box stays at its edge', () => {
  const hosts = pressureOf([
    round('2026-11-21T12:02:00.000Z', { box: 3 }),
    round('2026-11-21T12:01:00.000Z', { box: 0.5, attic: 0.1 }),
    round('2026-11-21T12:00:00.000Z', { box: 0 }),
  ]);
  expect(hosts.map(({ host, points }) => [host, points.length])).toEqual([
    ['box', 3],
    ['attic', 1],
  ]);
  expect(lineOf(hosts[0]!.points, ({ load }) => load)).toBe('0,24 50,12 100,0');
});
