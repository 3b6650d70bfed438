/**
 * Writes a SQLite database with rows in every table, as this version of VX11 has them, and what its store reads of them, to
 * `test/store/databases/<version>/`: `node scripts/record-database.ts`. The migration test holds every later version to it,
 * so it runs once a release and never writes over one that is there.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../platform/version.ts';
import { databases, writeChecksums } from '../test/repository/kept-files.ts';
import { writeDatabase } from '../test/store/rows.ts';

const folder = join(databases, version);
await mkdir(join(folder, '..'), { recursive: true });
await mkdir(folder); // fails where this release has one
const rows = await writeDatabase(join(folder, 'vx11.db'));
await writeFile(join(folder, 'rows.json'), `${JSON.stringify(rows, null, 1)}\n`);
await writeChecksums(folder);
