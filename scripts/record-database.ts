/**
 * Writes a SQLite database of this version with rows in every table, and what its store reads from them, to
 * `test/store/databases/<version>/`: `node scripts/record-database.ts`. The migration test checks every later version
 * against it. Run it once per release; it never overwrites an existing one.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../platform/version.ts';
import { databases, writeChecksums } from '../test/repository/kept-files.ts';
import { writeDatabase } from '../test/store/rows.ts';

const folder = join(databases, version);
await mkdir(join(folder, '..'), { recursive: true });
await mkdir(folder); // fails if this release already has one
const rows = await writeDatabase(join(folder, 'vx11.db'));
await writeFile(join(folder, 'rows.json'), `${JSON.stringify(rows, null, 1)}\n`);
await writeChecksums(folder);
