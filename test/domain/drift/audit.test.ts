import { expect, test } from 'vitest';
import { comparesAll } from '../../../domain/drift/audit.ts';

const of = (modules: string[] | null, include_tests = false) => ({ modules, include_tests });

test.each([
  ['of everything', of(null), 'everything', of(null), true],
  ['of everything', of(null), 'everything and tests', of(null, true), false],
  ['of everything', of(null), 'a service that may be of tests', of(['web']), false],
  ['of everything and tests', of(null, true), 'a service', of(['web']), true],
  ['of two services', of(['db', 'web']), 'one of them', of(['web']), true],
  ['of a service', of(['db']), 'another one', of(['web']), false],
  ['of a service', of(['db']), 'everything', of(null), false],
])('an audit %s %o and one of %s %o', (_, audit, __, asked, all) =>
  expect(comparesAll(audit, asked)).toBe(all),
);
