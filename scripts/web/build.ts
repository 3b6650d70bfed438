import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { hashOf, filesUnder } from '../image/source.ts';

const run = promisify(execFile);

/** The folders that the UI is built from. */
const sources = ['web', 'client', 'contracts', 'platform'];
const compressed = /\.(js|css|html|svg)$/;

/** Returns the SHA-256 (hex) over the names and bytes of all sources of the UI. */
export function webHash(repository: string): string {
  const files = sources.flatMap((folder) => filesUnder(repository, folder));
  const own = files.filter((file) => !file.startsWith('web/dist'));
  return hashOf(repository, ['package-lock.json', ...own]);
}

/**
 * Builds web/dist, with each file compressed beside itself, unless it was built from these sources. Throws the builder's
 * error, and leaves what was built before.
 * @returns whether it built anything
 */
export async function buildWeb(repository: string): Promise<boolean> {
  const folder = join(repository, 'web/dist');
  const source = webHash(repository);
  if (builtFrom(folder) === source) return false;
  const started = Date.now();
  console.log('Building the web UI');
  const fresh = join(repository, `web/dist-${process.pid}`);
  try {
    const args = ['build', join(repository, 'web'), '--outDir', fresh, '--logLevel', 'error'];
    // NODE_ENV of a test would give it the slow React of developers
    const env = { ...process.env, NODE_ENV: 'production' };
    await run(process.execPath, [join(repository, 'node_modules/vite/bin/vite.js'), ...args], {
      env,
    });
    await compressAll(fresh);
    writeFileSync(join(fresh, '.built-from'), source);
    replace(folder, fresh, source);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.log(`Built the web UI in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/** Puts a folder in the place of another one. Of two builders of the same sources, either may win. */
function replace(folder: string, fresh: string, source: string): void {
  if (builtFrom(folder) === source) return;
  try {
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    if (builtFrom(folder) !== source) throw error;
  }
}

function builtFrom(folder: string): string | null {
  const marker = join(folder, '.built-from');
  return existsSync(marker) ? readFileSync(marker, 'utf8') : null;
}

async function compressAll(folder: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && compressed.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(
    files.map(async (file) => {
      const bytes = readFileSync(file);
      const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(bytes, { params }));
      writeFileSync(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}
