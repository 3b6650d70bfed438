import { expect, test } from 'vitest';
import { inFile, inService } from './judge.ts';

/** Texts that make patterns search for long, if they can be made to. */
const hostile = [
  'a/'.repeat(4000),
  '"'.repeat(8000),
  'except '.repeat(1200),
  'catch ('.repeat(1200),
  '{'.repeat(8000),
  '('.repeat(8000),
  ' '.repeat(8000),
  'curl '.repeat(1500),
  'chmod -R '.repeat(900),
  'grep -q '.repeat(1000),
  'a=1 '.repeat(2000),
  '|| '.repeat(2500),
  '1'.repeat(8000),
  '\\'.repeat(8000),
];

test.each(hostile.map((text) => [text.slice(0, 12), text]))(
  'a change with %s … is judged',
  (_, text) => {
    const words: string[] = [];
    for (const path of ['app.py', 'app.js', 'start.sh', 'Dockerfile', 'x.env', 'test_app.py'])
      words.push(...inFile(path, 'x = 1\n', `x = 1\n${text}\n`));
    words.push(
      ...inService(
        { healthcheck: { test: 'curl -f http://localhost/h' }, image: 'a:1' },
        { healthcheck: { test: text }, image: `a:1`, command: text, environment: { A: text } },
      ),
    );
    // a pattern that backtracks without end would run into the time limit of the test
    expect(words.length).toBeGreaterThan(0);
  },
);
