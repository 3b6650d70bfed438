/** Builds the operator's UI into web/dist if its sources have changed: `npm run web`. */
import { buildWeb } from './web/build.ts';
import { join } from 'node:path';

try {
  await buildWeb(join(import.meta.dirname, '..'));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
