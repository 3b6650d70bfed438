import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../../domain/checks/edit-distance.ts';
import { nearest } from '../../../../domain/repair/reading/edit-distance.ts';
import { assignmentsOf, isPlaceholder } from '../../../../domain/repair/reading/env-file.ts';
import { pathsIn } from '../../../../domain/repair/reading/error-texts.ts';
import { splitColons } from '../../../../domain/repair/reading/ports.ts';

test('an edit is a character added, removed, changed or swapped', () => {
  expect(editDistance('port', 'prot')).toBe(1);
  expect(editDistance('alpin', 'alpine')).toBe(1);
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(nearest('prot', ['port', 'host'])).toBe('port');
  expect(nearest('1.3', ['1.2', '1.4'])).toBeNull();
});

describe('an env file', () => {
  test('has values without their quotes and comments, and their ranges', () => {
    const text = '# c\nA=1 # x\r\nexport B="two words"\nC=\'#3\'\nD=a#b\nE=\n';
    const all = assignmentsOf(text);
    expect(all.map(({ key, value, line }) => [key, value, line])).toEqual([
      ['A', '1', 2],
      ['B', 'two words', 3],
      ['C', '#3', 4],
      ['D', 'a#b', 5],
      ['E', '', 6],
    ]);
    expect(all.every(({ value, start, end }) => text.slice(start, end) === value)).toBe(true);
  });
  test.each([
    '',
    'changeme',
    'CHANGE_ME',
    '<token>',
    'your-key',
    'xxx',
    '***',
    '...',
    'TODO',
    'replace me',
  ])('%s is a placeholder', (value) => expect(isPlaceholder(value)).toBe(true));
  test.each(['jobs', 'http://api:80/', '5432', 'en_US.UTF-8', 'production'])(
    '%s is a value',
    (value) => expect(isPlaceholder(value)).toBe(false),
  );
});

test.each([
  ["open '/etc/app/x.yml'", ['/etc/app/x.yml']],
  ['open() "/var/cache/nginx/a" failed (2: no)', ['/var/cache/nginx/a']],
  ['GET http://web:80/etc/passwd', []],
  ['a/b/c and ./d/e', []],
  ['2026/11/29 10:00:00 open /x: no such file', ['/x']],
])('the paths of %s', (text, paths) => expect(pathsIn(text)).toEqual(paths));

test.each([
  ['127.0.0.1:8080:80', ['127.0.0.1', '8080', '80']],
  ['${A:-8080}:80', ['${A:-8080}', '80']],
  ['[::1]:8080:80', ['[::1]', '8080', '80']],
])('the parts of %s', (text, parts) => expect(splitColons(text)).toEqual(parts));
