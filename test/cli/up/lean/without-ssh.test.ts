import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leanNode } from '../../../../cli/up/lean/node.ts';

test('madre reaches the Engine’s client without its SSH and gRPC clients, which other processes load', () => {
  const code = `
    const { default: Docker } = await import('dockerode');
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(typeof new Docker().listContainers, loaded.some((file) => /ssh2|grpc/.test(file)));
    process.exit(0);
  `;
  const cwd = join(import.meta.dirname, '../../../..');
  const run = (flags: string[]): string =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', code], {
      cwd,
      encoding: 'utf8',
    });
  expect(run(leanNode.madre)).toBe('function false\n');
  expect(run(leanNode.gateway)).toBe('function true\n');
});
