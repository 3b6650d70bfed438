import { describe, expect, test } from 'vitest';
import { checkEgress, covers, mayReach, parseEgressRule } from '../../../domain/tasks/egress.ts';

const rule = (text: string) => parseEgressRule(text)!;

test.each([
  ['example.org', { host: 'example.org', port: 443 }],
  ['Example.ORG.:8443', { host: 'example.org', port: 8443 }],
  ['*.example.org:80', { host: '*.example.org', port: 80 }],
  ['localhost:1', { host: 'localhost', port: 1 }],
])('%s is a valid rule', (text, parsed) => expect(parseEgressRule(text)).toEqual(parsed));

test.each([
  '',
  '*',
  '*.',
  '169.254.169.254',
  '169.254.169.254:80',
  '2130706433',
  '0x7f.1',
  '[::1]:80',
  '::1',
  'a..b',
  '-a.org',
  'a_b.org',
  'a.org:0',
  'a.org:65536',
  'a.org:x',
  'http://a.org',
  'a.*.org',
  'user@a.org',
  'a.org/x',
])('%s is not a valid rule', (text) => expect(parseEgressRule(text)).toBeNull());

test.each([
  ['a.org', 'a.org', true],
  ['a.org', 'b.a.org', false],
  ['*.a.org', 'b.a.org', true],
  ['*.a.org', 'c.b.a.org', true],
  ['*.a.org', 'a.org', false],
  ['*.a.org', 'xa.org', false],
  ['*.a.org', '*.b.a.org', true],
  ['a.org:80', 'a.org', false],
])('%s covers %s: %s', (one, other, yes) => expect(covers(rule(one), rule(other))).toBe(yes));

describe('a task may reach a host only if both it and the operator list it', () => {
  const operators = [rule('*.a.org'), rule('b.org')];
  test.each([
    ['x.a.org', ['x.a.org'], true],
    ['x.a.org', ['*.a.org'], true],
    ['b.org', ['x.a.org'], false],
    ['c.org', ['c.org'], false],
  ])('%s if the task lists %j: %s', (wanted, named, allow) =>
    expect(mayReach(rule(wanted), named.map(rule), operators).allow).toBe(allow),
  );

  test('and invalid hosts are reported before it starts', () => {
    expect(checkEgress(['x.a.org', 'c.org', '10.0.0.1'], operators)).toEqual([
      { index: 1, problem: "is not on the operator's allow-list" },
      { index: 2, problem: 'must be a host name, with or without a port' },
    ]);
  });
});
