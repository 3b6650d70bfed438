import { describe, expect, test } from 'vitest';
import { decideDue } from '../../../domain/schedules/decide-due.ts';
import { minute, noon } from '../../domain/samples.ts';

const ttl_ms = 60 * minute;
const at = (minutes: number, slot = `slot ${minutes}`) => ({
  slot,
  at: noon + minutes * minute,
  moved: false,
});
const decide = (due: ReturnType<typeof at>[], now: number, openWindow: string | null = null) =>
  decideDue(due, { now: noon + now * minute, ttl_ms, openWindow });

describe('a time that has come', () => {
  test('opens for the whole TTL if it is now', () => {
    expect(decide([at(0)], 0)).toMatchObject([{ act: 'open', ttl_ms }]);
  });

  test('that was missed opens till its original end if more than a quarter is left', () => {
    expect(decide([at(0)], 44)).toMatchObject([{ act: 'open', ttl_ms: 16 * minute }]);
    expect(decide([at(0)], 45)).toMatchObject([{ act: 'miss' }]);
    expect(decide([at(0)], 45)[0]).toMatchObject({
      why: 'VX11 did not run at its time, and 900 s of 3600 s are left',
    });
  });

  test('among several that were missed: only the last opens, never several', () => {
    const acts = decide([at(0), at(20), at(40), at(41)], 42).map(({ act }) => act);
    expect(acts).toEqual(['miss', 'miss', 'miss', 'open']);
    expect(decide([at(0), at(30)], 120).map(({ act }) => act)).toEqual(['miss', 'miss']);
  });

  test('is skipped while the window before it is open, which is not extended', () => {
    expect(decide([at(0)], 0, 'window-1')).toMatchObject([
      { act: 'skip', why: 'window-1 is still open' },
    ]);
  });

  test('together with another one, as where clocks skip both, opens one window', () => {
    const acts = decide([at(0, '02:00'), at(0, '02:30')], 0).map(({ act }) => act);
    expect(acts).toEqual(['open', 'skip']);
  });
});
