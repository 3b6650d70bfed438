import { describe, expect, test } from 'vitest';
import type { Ant, Sighting } from '../../../domain/incidents/ant.ts';
import { ants } from '../../../domain/incidents/ants/table.ts';
import { cases, now } from './ant-cases.ts';

const shown = ({ kind, service: of, subkey, state, severity }: Sighting): string =>
  [kind, of, subkey, state, severity].filter((word) => word !== null && word !== '').join(' ');
const named = (name: string): Ant => ants.find((one) => one.name === name)!;

describe('an ant sees', () => {
  test.each(cases)('%s: case %#', (name, fact, facts, seen) => {
    const ant = named(name);
    expect(ant.reads).toBe(fact);
    const sightings = ant.look(facts, now);
    expect(sightings.filter(({ state }) => state !== 'good').map(shown)).toEqual(seen);
    for (const { detail } of sightings) expect(detail.length).toBeLessThanOrEqual(300);
  });
});

test('every ant has cases of trouble and of none', () => {
  for (const { name } of ants) {
    const states = cases
      .filter(([ant]) => ant === name)
      .map(([, , , seen]) => seen.some((one) => one.includes(' bad ')));
    expect([name, states.includes(true)]).toEqual([name, true]);
    expect(states.length, name).toBeGreaterThan(1);
  }
});
