import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Capture } from '../../../../domain/repair/capture.ts';
import { readModelAnswer } from '../../../../domain/repair/model/model-answer.ts';
import { modelQuestion } from '../../../../domain/repair/model/model-question.ts';
import { ranked } from '../../../../domain/repair/rank.ts';
import { findByRules } from '../../../../domain/repair/rules/index.ts';
import { aCapture, ended } from '../a-capture.ts';

const stack = (lines: string[], files: Record<string, string>, more: Partial<Capture> = {}) => ({
  ...aCapture({
    compose:
      'services:\n  web:\n    image: web:1\n    command: ["sh", "-c", "node app.js"]\n    environment: { DB: "db", V: 1.10 }\n  db:\n    image: db:1\n',
    files,
    services: { web: { container: ended(1), logs: lines, programs: ['sh', 'python3'] } },
  }),
  ...more,
});

/** Texts that make patterns search for long, if they can be made to. */
const hostile = [
  'a/'.repeat(4000),
  '"'.repeat(8000),
  "No module named '".repeat(400),
  'Cannot find module '.repeat(400),
  'sh: 1: '.repeat(1000),
  'a.b-'.repeat(2000),
  ' '.repeat(8000),
  'File "/app/a.py", line 1, '.repeat(300),
  `https://${'a.'.repeat(3000)}`,
  '$'.repeat(8000),
  '{'.repeat(8000),
  'x=1 '.repeat(2000),
];

test('no text of a log or a file holds up the rules', () => {
  const files = Object.fromEntries(
    hostile.flatMap((text, at) => [
      [`f${at}.py`, text],
      [`f${at}.json`, text],
      [`f${at}.sh`, text],
      [`f${at}.env`, text],
      [`requirements${at}.txt`, text],
    ]),
  );
  const capture = stack([...hostile, ...hostile.map((text) => `Error: ${text} ENOENT`)], files);
  // a pattern that backtracks without end would run into the time limit of the test
  expect(findByRules(capture).every(({ facts }) => facts.length > 0)).toBe(true);
});

const pieces = [
  "No module named 'x'",
  'ENOTFOUND dbb',
  'EROFS',
  '$',
  '\r\n',
  ':',
  '"',
  '{',
  '}',
  '- ',
  'services:',
  '  web:',
  'JSON',
  'line 3',
  'not found',
  './a',
  '\t',
  '\uFEFF',
  '\0',
  '😀',
  'additional properties ',
  "'a' not allowed",
  'external volume "a" not found',
  'a=b',
  '137',
];

test('no capture is an error', () => {
  const piece = fc.constantFrom(...pieces);
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 5 }),
      text,
      fc.option(text),
      (lines, content, error) => {
        const capture = stack(lines, { 'app.py': content, 'a.json': content, '.env': content });
        capture.compose = { ...capture.compose, error, warnings: lines };
        const findings = ranked(findByRules(capture), capture);
        expect(findings.every(({ facts }) => facts.length > 0)).toBe(true);
        expect(modelQuestion(capture, capture.services).prompt.length).toBeLessThan(70_000);
        readModelAnswer(content, capture, () => true);
      },
    ),
    { numRuns: 200 },
  );
});
