import { describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../domain/language/parse-intent.ts';

const vocabulary = {
  services: new Set(['web', 'db', 'worker']),
  hosts: new Set(['nas']),
  checked: new Set(['orders', 'web', 'sign-in']),
};
const read = (text: string) => parseIntent(text, vocabulary);

describe('a sentence asks for checks', () => {
  test.each<[string, string[]]>([
    ['check orders', ['orders']],
    ['check web', ['web']],
    ['please check orders and web', ['orders', 'web']],
    ['can you test sign-in?', ['sign-in']],
    ['run the checks of web', ['web']],
    ['run the checks of db', ['db']], // it declares none: those that every service has
    ['run the tests for the worker again', ['worker']],
    ['run all checks', []],
    ['run the orders suite now', ['orders']],
    ['check orders on nas', ['orders']],
    ['check orders because the release is out', ['orders']],
    ['revisa web', ['web']],
    ['comprueba orders, por favor', ['orders']],
    ['prueba web y orders', ['web', 'orders']],
    ['ejecuta las comprobaciones de db', ['db']],
    ['haz todas las pruebas', []],
  ])('%s', (text, targets) =>
    expect(read(text)).toMatchObject({ action: 'check', targets, warnings: [] }),
  );

  test('and the host and the reason are kept', () =>
    expect(read('check orders on nas because of the release')).toMatchObject({
      hosts: ['nas'],
      reason: expect.stringContaining('release') as string,
    }));
  test('in Spanish', () => expect(read('revisa web').language).toBe('es'));
});

test.each([
  'check db', // it declares none: this looks at its status, as before
  'check if web is up',
  'check the logs of web',
  'check on web',
  'check',
  'what do the checks of web say?',
  'check web?',
  'open web and check orders',
  'check orders and open web',
  'delete the checks of web',
  'do not check orders',
  'check orders tomorrow',
  'check orders or web',
  'he said check orders',
  'please type "check orders"',
  'no revises web',
  'revisa si web va',
])('%s: no check runs', (text) => expect(read(text).action).not.toBe('check'));
