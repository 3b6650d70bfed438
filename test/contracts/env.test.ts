import { expect, test } from 'vitest';
import { envVariables, readEnv, secretVariables, withoutPassword } from '../../contracts/env.ts';

test('readEnv reads only the named variables and sets their defaults', () => {
  expect(readEnv({ VX11_PORT: '9000', VX11_HOST: '!!' }, 'VX11_PORT', 'VX11_BIND')).toEqual({
    VX11_PORT: 9000,
    VX11_BIND: '127.0.0.1',
  });
});

test('a list is split at commas, without blanks and empty items', () => {
  expect(
    readEnv({ VX11_ALLOWED_HOSTS: ' a, b,,' }, 'VX11_ALLOWED_HOSTS').VX11_ALLOWED_HOSTS,
  ).toEqual(['a', 'b']);
});

test('the error has one line for each invalid variable', () => {
  const bad = { VX11_PORT: '70000', VX11_STORE_URL: 'mysql://x', VX11_TOKEN: 'short' };
  expect(() => readEnv(bad, 'VX11_PORT', 'VX11_STORE_URL', 'VX11_TOKEN', 'VX11_HOST')).toThrow(
    /^VX11_PORT is "70000": a port .* 65535\.\nVX11_STORE_URL is not right: it is sqlite:<file> or postgres:\/\/…\.\nVX11_TOKEN is not right: .*\nVX11_HOST is not set: .*$/,
  );
});

test.each([
  ['', undefined],
  ['90', 90],
])('a retention of "%s" days is %s', (text, days) => {
  const env = readEnv({ VX11_RETENTION_DAYS: text }, 'VX11_RETENTION_DAYS');
  expect(env.VX11_RETENTION_DAYS).toBe(days);
});

test.each(['0', '-1', 'a month'])('a retention of "%s" days is refused', (text) => {
  expect(() => readEnv({ VX11_RETENTION_DAYS: text }, 'VX11_RETENTION_DAYS')).toThrow(
    'VX11_RETENTION_DAYS',
  );
});

test('a database URL is shown without its password', () => {
  expect(withoutPassword('postgres://vx11:p@ss@box:5432/vx11')).not.toContain('ss@');
  expect(withoutPassword('postgres://vx11@box/vx11')).toBe('postgres://vx11@box/vx11');
  expect(withoutPassword('sqlite:/home/a/vx11.db')).toBe('sqlite:/home/a/vx11.db');
});

test('an invalid URL is reported without its user', () => {
  const wrong = { VX11_LLM_BASE_URL: 'http://me:secret@box/v1' };
  expect(() => readEnv(wrong, 'VX11_LLM_BASE_URL')).toThrow('http://***@box/v1');
  expect(() => readEnv(wrong, 'VX11_LLM_BASE_URL')).not.toThrow(/me|secret/);
});

test('a variable whose name sounds like a secret is one, or it names a file or a number', () => {
  const sounds = Object.keys(envVariables).filter((name) =>
    /TOKEN|KEY|PASSWORD|SECRET|HEADERS/.test(name),
  );
  const other = sounds.filter((name) => !secretVariables.has(name));
  expect(other.filter((name) => !/_(FILE|PATH)$|_PER_|TOKENS_PER/.test(name))).toEqual([]);
  expect([...secretVariables].filter((name) => /_(FILE|PATH)$/.test(name))).toEqual([]);
});
