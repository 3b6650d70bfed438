import { nodePrograms } from './node.ts';
import type { Program } from './program.ts';
import { pythonPrograms } from './python.ts';
import { shellPrograms } from './shell.ts';

/** Every program; none is known to what repairs them. */
export const programs: readonly Program[] = [...pythonPrograms, ...nodePrograms, ...shellPrograms];
