import { expect, test } from 'vitest';
import { errorCatalog, VX11Error } from '../../contracts/errors.ts';

const entries = Object.entries(errorCatalog);

test('every code is snake case, and every title is unique and has no full stop', () => {
  for (const [code, { title }] of entries) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(title).toMatch(/^\p{L}.*[^.]$/u);
  }
  expect(new Set(entries.map(([, { title }]) => title)).size).toBe(entries.length);
});

test('every status is 4xx or 5xx, and 5xx and 429 allow a retry', () => {
  for (const [code, { status, retry }] of entries) {
    expect([code, status >= 400 && status < 600]).toEqual([code, true]);
    if (status >= 500 || status === 429) expect([code, retry]).toEqual([code, true]);
  }
});

test('an error keeps its code, detail, fields and cause', () => {
  const cause = new Error('disk');
  const fields = [{ field: 'target', problem: 'is missing' }];
  const error = new VX11Error('invalid', 'Name a target.', { fields, retryAfterSeconds: 3, cause });
  expect(error).toMatchObject({
    name: 'VX11Error',
    code: 'invalid',
    message: 'Name a target.',
    fields,
    retryAfterSeconds: 3,
    cause,
  });
  expect(new VX11Error('internal', 'x')).toMatchObject({
    fields: [],
    retryAfterSeconds: undefined,
  });
});
