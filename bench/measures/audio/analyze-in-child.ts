/** Analyzes one file in a process of its own: `analyze-in-child.ts FOLDER NAME`. Its memory is looked at from outside. */
import { link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import { startAudioBench } from '../../../test/activities/audio/bench.ts';

const [folder, name] = process.argv.slice(2) as [string, string];
const bench = await startAudioBench();
const target = join(bench.folders.files, name);
await link(join(folder, name), `${target}.part`);
await rename(`${target}.part`, target);
await bench.run(analyzeRequest({ audio_path: name, depth: 'full' }));
await bench.remove();
