import { describe, expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { parseStrictJson } from '../../../gateway/http/strict-json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

const codeOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof VX11Error ? error.code : 'not an error of ours';
  }
};

describe('strict JSON', () => {
  test.each([
    ['an object', '{"a":1,"b":[true,null,"x\\"{}[]:"]}'],
    ['the same key in different objects', '{"a":{"k":1},"b":{"k":1},"c":[{"k":1},{"k":2}]}'],
    ['64 levels', '['.repeat(64) + ']'.repeat(64)],
    ['a key as a value', '{"a":"constructor"}'],
  ])('takes %s as JSON.parse does', (_, text) => {
    expect(parseStrictJson(bytes(text))).toEqual(JSON.parse(text));
  });

  test.each([
    ['nothing', ''],
    ['only space', ' \n'],
    ['a cut object', '{"a":1'],
    ['a cut string', '{"a":"'],
    ['trailing bytes', '{"a":1} x'],
    ['a byte order mark', '\uFEFF{"a":1}'],
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice with one value', '{"a":1,"a":1}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a key twice, deeper', '{"x":[{"a":1,"a":2}]}'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__, escaped', '{"\\u005f_proto__":{}}'],
    ['constructor.prototype, nested', '{"a":{"constructor":{"prototype":{}}}}'],
    ['65 levels', '['.repeat(65) + ']'.repeat(65)],
    ['a comma too many', '{"a":1,}'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseStrictJson(bytes(text)))).toBe('bad_json');
  });

  test('refuses invalid UTF-8', () => {
    expect(codeOf(() => parseStrictJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])))).toBe(
      'bad_json',
    );
  });

  test('refuses 100,000 levels', () => {
    expect(codeOf(() => parseStrictJson(bytes('['.repeat(100_000))))).toBe('bad_json');
  });
});
