import { expect, test } from 'vitest';
import type { PatchView } from '../../../../contracts/patch.ts';
import { patchExample } from '../../../../gateway/repair/examples.ts';
import { fateOf } from '../../../../web/things/patches/fate.ts';

const patch = (id: string, change: Partial<PatchView>): PatchView => ({
  ...patchExample,
  patch_id: `patch-${id}`,
  plan_id: `plan-${id}`,
  ...change,
});
const first = patch('00000001', { status: 'kept' });
const reversal = (status: PatchView['status']): PatchView =>
  patch('00000002', { status, reverts: first.patch_id });

test('a kept patch is reverted once a later one took it back, and kept again if that was reverted', () => {
  expect(fateOf(first, [first])).toEqual({ status: 'kept', review: null });
  expect(fateOf(first, [first, reversal('kept')]).status).toBe('reverted');
  expect(fateOf(first, [first, reversal('applied')]).status).toBe('reverted');
  const again = patch('00000003', { status: 'kept', reverts: 'patch-00000002' });
  expect(fateOf(first, [first, reversal('kept'), again]).status).toBe('kept');
});

test('a plan that waits to take it back is named; one that was rejected leaves no trace', () => {
  const asked = reversal('proposed');
  expect(fateOf(first, [first, asked])).toEqual({
    status: 'kept',
    review: 'plan-00000002',
  });
  const dropped = reversal('dropped');
  expect(fateOf(first, [first, dropped])).toEqual({ status: 'kept', review: null });
});
