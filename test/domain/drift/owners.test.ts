import { expect, test } from 'vitest';
import { keysOf, owners } from '../../../domain/drift/owners.ts';
import { recordedStacks } from './recorded.ts';

test('every key of a real inspect has one owner', () => {
  const all = recordedStacks().flatMap(({ created, running, stopped }) =>
    [created, running, stopped].flatMap(({ containers }) => containers),
  );
  const keys = new Set(all.flatMap(keysOf));
  expect(all.length).toBeGreaterThan(500);
  expect([...keys].filter((key) => !owners.has(key))).toEqual([]);
});
