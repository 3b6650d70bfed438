import { expect, test } from 'vitest';
import {
  afterMessage,
  shouldReport,
  missingBytes,
  pullProgress,
  type PullMessage,
  type PullState,
} from '../../../domain/services/pull-progress.ts';

const after = (...messages: PullMessage[]): PullState =>
  messages.reduce<PullState>(afterMessage, new Map());
const layer = (id: string, status: string, current?: number, total?: number): PullMessage => ({
  id,
  status,
  ...(current !== undefined && total !== undefined && { progressDetail: { current, total } }),
});
const mb = 1e6;

test('progress counts all layers that are not on the host yet', () => {
  const state = after(
    { status: 'Pulling from app', id: '1' },
    layer('a', 'Already exists'),
    layer('b', 'Pulling fs layer'),
    layer('c', 'Pulling fs layer'),
    layer('b', 'Downloading', 200 * mb, 400 * mb),
    layer('c', 'Downloading', 10 * mb, 80 * mb),
  );
  expect(pullProgress(state)).toEqual({
    current_bytes: 210 * mb,
    total_bytes: 480 * mb,
    percent: 43,
    text: 'pulling 43 %, 210 of 480 MB',
  });
  expect(missingBytes(state)).toBe(270 * mb);
});

test('while the size of a layer is unknown, progress shows the downloaded bytes', () => {
  const state = after(
    layer('a', 'Waiting'),
    layer('b', 'Downloading', 80 * mb, 80 * mb),
    layer('b', 'Download complete'),
  );
  expect(pullProgress(state)).toMatchObject({
    total_bytes: null,
    percent: null,
    text: 'pulling, 80 MB, 1 of 2 layers',
  });
  expect(pullProgress(after(layer('a', 'Waiting'))).text).toBe('pulling');
  expect(pullProgress(new Map()).text).toBe('pulling');
});

test('after the download progress shows unpacking, and a lost connection is shown', () => {
  const whole = after(layer('a', 'Downloading', 1, 12e9), layer('a', 'Extracting', 5, 12e9));
  expect(pullProgress(whole).text).toBe('pulling 100 %, 12.0 of 12.0 GB, unpacking');
  const broken = after(
    layer('a', 'Downloading', 2 * mb, 8 * mb),
    layer('a', 'Retrying in 5 seconds'),
  );
  expect(pullProgress(broken).text).toBe('pulling 25 %, 2.0 of 8.0 MB, retrying');
  expect(pullProgress(afterMessage(broken, layer('a', 'Downloading', 3 * mb, 8 * mb))).text).toBe(
    'pulling 37 %, 3.0 of 8.0 MB',
  );
});

test.each<[string, Parameters<typeof shouldReport>, boolean]>([
  ['the first value', [null, null, 0], true],
  ['a percent within two seconds', [{ at: 0, percent: 1 }, 2, 1999], false],
  ['a percent after two seconds', [{ at: 0, percent: 1 }, 2, 2000], true],
  ['the same percent', [{ at: 0, percent: 2 }, 2, 29_999], false],
  ['the same percent after 30 s', [{ at: 0, percent: 2 }, 2, 30_000], true],
  ['the first percent', [{ at: 0, percent: null }, 0, 5000], true],
])('%s of progress is reported: %o %s', (_, [last, percent, now], expected) => {
  expect(shouldReport(last, percent, now)).toBe(expected);
});
