import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ended, endingWith } from './ending.mjs';
import { goInstall } from './go.mjs';
import { cacheFolder, findExecutable, findGo, Unmet } from './machine.mjs';
import { showProgress, size } from './progress.mjs';

/** The last release that `go install` accepts; later ones have `replace` lines. */
const version = 'v1.5.1';
const source = `github.com/temporalio/cli/cmd/temporal@${version}`;
/** The number of Go packages in it, including those of the standard library. */
const packages = 1298;
const answerLimitMs = 5_000;
const downloadLimitMs = 180_000;

/**
 * Returns the path of Temporal's command: on PATH, in the user's cache folder, or else downloaded or built into that folder.
 * Undefined if TEMPORAL_ADDRESS names a server that runs elsewhere. Throws `Unmet`.
 */
export async function ensureTemporal() {
  if (process.env.TEMPORAL_ADDRESS) return undefined;
  const folder = join(cacheFolder(), 'bin');
  const found = findExecutable('temporal', [folder]);
  if (found) return found;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'temporal');
  if (await download(folder)) return file;
  const go = findGo();
  if (!go)
    throw new Unmet(
      `Temporal's server is missing. Install the Temporal CLI (https://docs.temporal.io/cli), or install Go and run:\n` +
        `GOBIN=${folder} go install ${source}`,
    );
  const what = 'building the Temporal server with Go, once';
  await goInstall(go, { source, bin: folder, what, packages, ldflags: '-s -w' });
  return file;
}

/** Downloads the official release. Returns false if it cannot be reached. Throws `Ended`. */
async function download(folder) {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const url = `https://temporal.download/cli/archive/${version}?platform=${platform}&arch=${arch}`;
  const part = join(folder, `download-${process.pid}`);
  const controller = new AbortController();
  const work = fetchArchive(url, part, controller).catch(() => false);
  try {
    if (!(await endingWith(() => controller.abort(), work))) return false;
    execFileSync('tar', ['-xzf', 'archive', 'temporal'], { cwd: part, stdio: 'ignore' });
    renameSync(join(part, 'temporal'), join(folder, 'temporal'));
    return true;
  } catch (error) {
    if (error instanceof Ended) throw error;
    return false;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function fetchArchive(url, part, controller) {
  const first = setTimeout(() => controller.abort(), answerLimitMs);
  const answer = await fetch(url, { signal: controller.signal });
  clearTimeout(first);
  if (!answer.ok) return false;
  const whole = setTimeout(() => controller.abort(), downloadLimitMs);
  const all = Number(answer.headers.get('content-length') ?? 0);
  let have = 0;
  const progress = showProgress(`downloading Temporal ${version}`, () =>
    all > 0 ? `${size(have)} of ${size(all)}` : size(have),
  );
  try {
    mkdirSync(part);
    for await (const chunk of answer.body) {
      have += chunk.length;
      appendFileSync(join(part, 'archive'), chunk);
    }
    return true;
  } finally {
    clearTimeout(whole);
    progress.stop(have >= all);
  }
}
