import { expect, test } from 'vitest';
import { normalConfig, normalFolder } from '../../../domain/repair/behaviour.ts';
import { mountWeakenings } from '../../../domain/repair/weakening/mounts.ts';

/** A service as a copy has it, in the form in which two copies are compared. */
const inCopy = (source: string): Record<string, unknown> =>
  normalConfig(
    { volumes: [{ type: 'bind', source, target: '/srv' }] },
    { project: 'vx11-repair-a', copy: '/trials/a/copy/shop' },
  ) as Record<string, unknown>;
const was = inCopy('/trials/a/copy/shop/old');

test('a folder of the stack may be mounted in a copy', () => {
  const is = inCopy('/trials/a/copy/shop/new');
  expect(mountWeakenings('web', { was, is, folder: normalFolder })).toEqual([]);
});

test('a folder of the host that is not of the stack widens a mount', () => {
  const is = inCopy('/etc');
  expect(mountWeakenings('web', { was, is, folder: normalFolder })).toMatchObject([
    { word: 'mount_widened' },
  ]);
});
