import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './machine.mjs';
import { size } from './progress.mjs';

/**
 * Builds a program with Go into `bin`, and says how far it is. What was compiled stays in Go's own cache, so that a
 * build that was ended goes on from there. @param packages about how many there are in all. Throws `Unmet`.
 */
export async function goInstall(go, { source, bin, what, packages, ldflags }) {
  const cache = execFileSync(go, ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim();
  const { line, state } = goProgress(source, packages, (file) =>
    sizeOf(join(cache, 'cache/download', file)),
  );
  const args = ['install', '-v', '-ldflags', ldflags, source];
  // a build that is ended may leave its work folder behind
  const work = mkdtempSync(join(tmpdir(), 'vx11-go-'));
  try {
    await run(go, args, { env: { GOBIN: bin, GOTMPDIR: work }, what, state, line });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Reads what `go install -v` writes: a line a module that it downloads, then one a package that it compiles, the
 * program itself last.
 * @param sizeOf bytes of a file of the module cache, 0 while it is not there
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

/** Where the module cache keeps a module: capitals are written as `!` and the small letter. */
const archiveOf = (module, version) => `${escaped(module)}/@v/${escaped(version)}.zip`;
const escaped = (text) => text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
