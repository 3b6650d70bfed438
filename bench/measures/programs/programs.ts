import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPrograms } from '../../../activities/programs/presence.ts';
import type { SearchedRoot } from '../../../activities/programs/program-files.ts';
import { programTable } from '../../../domain/programs/table.ts';
import type { Measure } from '../../measure.ts';
import { figures, ms, timed } from '../../sample.ts';

const barMs = 300;
const folders = 12;
/** Other programs in each folder, as /usr/bin has. */
const others = 500;

/** How long it takes to find every program of the table, spread over 12 PATH folders, each at the end of a link. */
export const programs: Measure = {
  name: 'programs',
  async run({ quick }) {
    const root = await mkdtemp(join(tmpdir(), 'vx11-bench-programs-'));
    try {
      const path = await fill(root);
      const searched: SearchedRoot = {
        root: 'image',
        folder: '',
        path,
        homes: [root],
        variables: new Set(),
      };
      const samples: number[] = [];
      let found = 0;
      for (let nth = 0; nth < (quick ? 5 : 50); nth += 1) {
        const [took, all] = await timed(() => findPrograms(searched, programTable, ''));
        samples.push(took);
        found = all.filter(({ usable }) => usable).length;
      }
      if (found !== programTable.size) throw new Error(`only ${found} programs were found`);
      const ours = figures(samples);
      const name = `finding ${programTable.size} programs in ${folders} PATH folders`;
      const notes = [
        `the first time in a process: ${ms(samples[0]!)}; each folder has ${others} other programs`,
      ];
      const bar = `≤ ${barMs} ms`;
      const met = ours.p95 <= barMs;
      return [{ name, unit: 'ms', ours, plain: null, bar, met, n: ours.n, notes }];
    } finally {
      await rm(root, { recursive: true });
    }
  },
};

async function fill(root: string): Promise<string[]> {
  const target = join(root, 'program');
  await writeFile(target, '#!/bin/sh\n');
  await chmod(target, 0o755);
  const path = Array.from({ length: folders }, (_, nth) => join(root, `bin-${nth}`));
  for (const folder of path) {
    await mkdir(folder);
    for (let nth = 0; nth < others; nth += 1) await symlink(target, join(folder, `other-${nth}`));
  }
  for (const [at, name] of [...programTable.keys()].entries())
    await symlink(target, join(path[at % folders]!, name));
  return path;
}
