import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './machine.mjs';
import { size } from './progress.mjs';

/**
 * Builds a program with Go into `bin` and shows its progress. Compiled packages stay in Go's own cache, so an interrupted
 * build continues from there. Throws `Unmet`.
 * @param packages the approximate number of packages
 */
export async function goInstall(go, { source, bin, what, packages, ldflags }) {
  const cache = execFileSync(go, ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
  const { line, state } = goProgress(source, packages, (file) =>
    sizeOf(join(cache, 'cache/download', file)),
  );
  const args = ['install', '-v', '-ldflags', ldflags, source];
  // an interrupted build may leave its work folder behind
  const work = mkdtempSync(join(tmpdir(), 'vx11-go-'));
  try {
    await run(go, args, { env: { GOBIN: bin, GOTMPDIR: work }, what, state, line });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Reads the output of `go install -v`: one line per module that it downloads, then one per package that it compiles, the
 * program itself last.
 * @param bytesOf returns the size of a file in the module cache in bytes; 0 if it does not exist yet
 */
export function goProgress(source, packages, bytesOf) {
  const [program] = source.split('@');
  const archives = [];
  let compiled = 0;
  let linking = false;
  return {
    line(text) {
      const [, module, version] = /^go: downloading (\S+) (v\S+)/.exec(text) ?? [];
      if (module) archives.push(archiveOf(module, version));
      else if (text === program) linking = true;
      else if (/^[\w.~/-]+$/.test(text)) compiled += 1;
    },
    state() {
      if (linking) return `compiled ${compiled} packages, linking`;
      if (compiled > 0) return `compiled ${compiled} of about ${packages} packages`;
      if (archives.length === 0) return '';
      const sizes = archives.map(bytesOf);
      const bytes = sizes.reduce((sum, one) => sum + one, 0);
      const here = sizes.filter((one) => one > 0).length;
      return `downloaded ${here} of ${archives.length} modules so far, ${size(bytes)}`;
    },
  };
}

/** Returns a module's path in the module cache, which writes a capital as `!` and the lower-case letter. */
const archiveOf = (module, version) => `${escaped(module)}/@v/${escaped(version)}.zip`;
const escaped = (text) => text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
