import { expect, test } from 'vitest';
import { reportExample } from '../../../../gateway/audio/report-example.ts';
import { figureText, placeText } from '../../../../web/pages/audio/job/clock-text.ts';
import { numbered } from '../../../../web/pages/audio/job/numbered.ts';
import { outlineOf } from '../../../../web/pages/audio/job/outline.ts';

test.each([
  [0, 1, '0:00.0'],
  [61.2031, 2, '1:01.20'],
  [59.96, 1, '1:00.0'],
  [600, 0, '10:00'],
] as const)('%d s are shown with %d digits as %s', (at, digits, text) =>
  expect(placeText(at, digits)).toBe(text),
);

test('a figure has its unit, and a dash where there is nothing to measure', () => {
  expect(figureText(-14, 'LUFS')).toBe('−14.0 LUFS');
  expect(figureText(null, 'LUFS')).toBe('–');
});

test('an outline goes along the high side and back along the low one, within its box', () => {
  expect(outlineOf([])).toBe('');
  expect(outlineOf([[-1, 1]])).toBe('M0 0L0 100Z');
  expect(
    outlineOf([
      [-0.5, 0.5],
      [-2, 3],
    ]),
  ).toBe('M0 25L100 0L100 100L0 75Z');
});

test('problems are numbered from the worst on', () => {
  const [one] = reportExample.issues;
  const issues = [{ ...one!, severity: 'info' as const }, one!];
  expect(numbered(issues).map(({ issue, nth }) => [nth, issue.severity])).toEqual([
    [1, 'high'],
    [2, 'info'],
  ]);
});
