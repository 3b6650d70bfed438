import { describe, expect, test } from 'vitest';
import type { ChangedFile, Facts } from '../../../domain/drift/facts.ts';
import { judge } from '../../../domain/drift/judge.ts';
import { untouchedFacts } from './seeds.ts';

function factsWith(changed_files: ChangedFile[]): Facts {
  const facts = untouchedFacts();
  facts.services[0]!.containers[0]!.changed_files = changed_files;
  return facts;
}

describe('files in the own layer of a container', () => {
  const after = (...changed_files: ChangedFile[]) =>
    judge(factsWith(changed_files)).map(({ kind, severity, state, actual }) => [
      kind,
      severity,
      state,
      actual,
    ]);
  const file = (
    path: string,
    executable: boolean | null,
    change: ChangedFile['change'] = 'changed',
  ) => ({
    path,
    change,
    executable,
  });
  test('are worth knowing wherever they are', () => {
    expect(after(file('/etc/nginx/nginx.conf', false))).toEqual([
      ['rootfs_changed', 'info', 'info', '/etc/nginx/nginx.conf'],
    ]);
  });
  test('are drift if one can be run, wherever it is, and a file beside programs is not', () => {
    expect(after(file('/usr/bin/notes.txt', false), file('/srv/tool', true, 'added'))).toEqual([
      ['rootfs_changed', 'high', 'drift', '/srv/tool, /usr/bin/notes.txt'],
    ]);
    expect(after(file('/usr/bin/notes.txt', false, 'added'))[0]![1]).toBe('info');
  });
  test.each(['/tmp/x', '/run/x', '/var/log/x', '/app/x.pid'])('%s is no finding', (path) => {
    expect(after(file(path, true, 'added'))).toEqual([]);
  });
});
