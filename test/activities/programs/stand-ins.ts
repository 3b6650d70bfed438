import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProgramCategory } from '../../../contracts/programs.ts';
import type { FoundProgram } from '../../../domain/programs/finding.ts';
import type { Program } from '../../../domain/programs/program.ts';
import type { SearchedRoot } from '../../../activities/programs/program-files.ts';

/** A folder with stand-in programs, and a table that knows their names. */
export interface StandIns {
  folder: string;
  bin: string;
  table: Map<string, Program>;
  /** Writes a shell script, or another file, below `bin`. */
  script(name: string, body: string, quirks?: Partial<Program>): Promise<string>;
  file(path: string, text: string, mode?: number): Promise<string>;
  link(name: string, target: string): Promise<void>;
  know(name: string, quirks?: Partial<Program>): void;
  root(change?: Partial<SearchedRoot>): SearchedRoot;
  finding(name: string): FoundProgram;
  close(): Promise<void>;
}

export async function startStandIns(): Promise<StandIns> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-stand-ins-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const table = new Map<string, Program>();
  const know = (name: string, quirks: Partial<Program> = {}): void => {
    const category: ProgramCategory = 'utilities';
    table.set(name, { name, category, args: ['--version'], ...quirks });
  };
  const file = async (path: string, text: string, mode = 0o644): Promise<string> => {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text);
    await chmod(full, mode);
    return full;
  };
  return {
    folder,
    bin,
    table,
    know,
    file,
    script(name, body, quirks) {
      know(name, quirks);
      return file(`bin/${name}`, `#!/bin/sh\n${body}\n`, 0o755);
    },
    async link(name, target) {
      know(name);
      await symlink(target, join(bin, name));
    },
    root: (change = {}) => ({
      root: 'image',
      folder: '',
      path: [bin],
      homes: [],
      variables: new Set(),
      ...change,
    }),
    finding: (name) => ({
      name,
      category: 'utilities',
      path: join(bin, name),
      realpath: join(bin, name),
      root: 'image',
      version: null,
      version_from: 'unknown',
      usable: true,
      reason: null,
      auth: 'unknown',
      checked_at: '2026-11-29T12:00:00.000Z',
      identity: { realpath: join(bin, name), inode: '1', size: 1, mtime_ms: 1 },
      asked: false,
    }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The processes whose command line has this text. */
export async function processesWith(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return pids.flatMap((pid, at) =>
    lines[at]!.includes(text) && Number(pid) !== process.pid ? [Number(pid)] : [],
  );
}
