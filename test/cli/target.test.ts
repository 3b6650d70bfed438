import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findTarget } from '../../cli/target.ts';
import { writeOwnGateway } from '../../cli/up/gateway-file.ts';

function startedHome(url: string): string {
  const home = mkdtempSync(join(tmpdir(), 'vx11-target-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'run'));
  writeOwnGateway(home, { url, cert: undefined });
  return home;
}

const nowhere = { VX11_HOME: '/nowhere' };
test('the gateway address comes from --url, VX11_URL, VX11_PORT or the home, in this order', () => {
  const VX11_HOME = startedHome('http://127.0.0.1:8123');
  const home = { VX11_HOME };
  expect(findTarget({}, nowhere).url).toBe('http://127.0.0.1:8000');
  expect(findTarget({}, home).url).toBe('http://127.0.0.1:8123');
  expect(findTarget({}, { ...home, VX11_PORT: '8100' }).url).toBe('http://127.0.0.1:8100');
  expect(findTarget({}, { ...home, VX11_PORT: '8100', VX11_BIND: '10.0.0.7' }).url).toBe(
    'http://10.0.0.7:8100',
  );
  const both = { ...home, VX11_PORT: '8100', VX11_URL: 'http://box:9' };
  expect(findTarget({}, both).url).toBe('http://box:9');
  expect(findTarget({ url: 'http://other:1' }, both).url).toBe('http://other:1');
});

test('an invalid VX11_PORT is an error that names it', () => {
  expect(() => findTarget({}, { ...nowhere, VX11_PORT: 'abc' })).toThrow('VX11_PORT is "abc"');
});
