import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findExecutable, findGo, run, say, Unmet } from './machine.mjs';

/** The last release that `go install` accepts: later ones have `replace` lines. */
const version = 'v1.5.1';
const source = `github.com/temporalio/cli/cmd/temporal@${version}`;
const answerLimitMs = 5_000;
const downloadLimitMs = 180_000;

/**
 * Path of Temporal's command: on PATH, in the user's cache folder, else downloaded or built into it. Undefined where
 * TEMPORAL_ADDRESS names a server that runs elsewhere. Throws `Unmet`.
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
      `Temporal's server is missing. Install its command (https://docs.temporal.io/cli), or Go and then run:\n` +
        `GOBIN=${folder} go install ${source}`,
    );
  say('building the Temporal server with Go: some minutes, once');
  run(go, ['install', '-ldflags', '-s -w', source], { GOBIN: folder });
  return file;
}

/** The official release; false where the network does not lead there. */
async function download(folder) {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const url = `https://temporal.download/cli/archive/${version}?platform=${platform}&arch=${arch}`;
  const part = join(folder, `download-${process.pid}`);
  try {
    const controller = new AbortController();
    const first = setTimeout(() => controller.abort(), answerLimitMs);
    const answer = await fetch(url, { signal: controller.signal });
    clearTimeout(first);
    if (!answer.ok) return false;
    say(`downloading Temporal ${version}`);
    const whole = setTimeout(() => controller.abort(), downloadLimitMs);
    mkdirSync(part);
    writeFileSync(join(part, 'archive'), Buffer.from(await answer.arrayBuffer()));
    clearTimeout(whole);
    execFileSync('tar', ['-xzf', 'archive', 'temporal'], { cwd: part, stdio: 'ignore' });
    renameSync(join(part, 'temporal'), join(folder, 'temporal'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
