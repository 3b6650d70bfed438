import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { idInContainers } from '../../platform/user-in-containers.ts';

const isRoot = process.getuid?.() === 0;

/** A file in the place of a socket. */
function socketOf(owner: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const socket = join(folder, 'docker.sock');
  writeFileSync(socket, '');
  if (isRoot) chownSync(socket, owner, owner);
  return socket;
}

test('the user of a rootless Engine, and every group of that user, is root in its containers', () => {
  const user = isRoot ? 1000 : process.getuid!();
  const socket = socketOf(user);
  expect([idInContainers(socket, user), idInContainers(socket, user, 999)]).toEqual([0, 0]);
  expect(idInContainers(socket, user + 1)).toBe(user + 1);
});

test.skipIf(!isRoot)('with an Engine of root, ids are the same inside', () => {
  const socket = socketOf(0);
  expect([idInContainers(socket, 1000), idInContainers(socket, 0, 999)]).toEqual([1000, 999]);
});

test('and where there is no socket', () =>
  expect(idInContainers('/does/not/exist', 1000)).toBe(1000));
