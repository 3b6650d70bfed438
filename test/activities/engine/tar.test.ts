import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { tarOf } from '../../../activities/engine/tar.ts';

/** Unpacks an archive with the system's tar. */
function unpacked(archive: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-tar-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a.tar'), archive);
  execFileSync('tar', ['-xpf', 'a.tar', '--no-same-owner'], { cwd: folder });
  return folder;
}

const file = { mode: 0o444, uid: 1000, gid: 1001, modified: Date.parse('2026-01-05T12:00:00Z') };

test('tar reads back any content, at any path', () => {
  const part = fc.stringMatching(/^[A-Za-zäß0-9_ -]{1,60}$/).filter((name) => name.trim() === name);
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 3 }),
      fc.uint8Array({ maxLength: 2000 }),
      (parts, bytes) => {
        const path = `/${parts.join('/')}`;
        const content = Buffer.from(bytes);
        const folder = unpacked(tarOf([{ ...file, path, content }]));
        expect(readFileSync(join(folder, path)).equals(content)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});

test("owner, mode and time are the file's", () => {
  const content = Buffer.from('hush');
  const archive = tarOf([{ ...file, path: '/run/secrets/key', content }]);
  const folder = unpacked(archive);
  const found = statSync(join(folder, 'run/secrets/key'));
  expect(found.mode & 0o7777).toBe(0o444);
  expect(found.mtimeMs).toBe(file.modified);
  const listed = execFileSync('tar', ['-tvf', '-', '--numeric-owner'], { input: archive });
  expect(String(listed)).toMatch(/^-r--r--r-- 1000\/1001 +4 .* run\/secrets\/key\n$/);
});
