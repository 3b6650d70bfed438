import { expect, test } from 'vitest';
import { memoryAsleep } from '../../../domain/windows/memory-asleep.ts';

const known = (
  states: Record<string, [tier: 'window' | 'core', state: string, bytes: number | null]>,
) => ({
  catalogs: [
    { host: 'box', services: Object.entries(states).map(([name, [tier]]) => ({ name, tier })) },
  ],
  observations: new Map(
    Object.entries(states).map(([name, [, state, memory_bytes]]) => [
      `box/${name}`,
      { state, memory_bytes },
    ]),
  ),
});

test('counts the services that windows could wake and that do not run, with what they took last', () => {
  const services = known({
    web: ['window', 'exited', 300],
    db: ['window', 'exited', null],
    cache: ['window', 'running', 700],
    proxy: ['core', 'exited', 900],
  });
  expect(memoryAsleep(services as never)).toEqual({ services: 2, bytes: 300 });
});
