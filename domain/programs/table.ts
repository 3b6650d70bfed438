import { aiPrograms } from './ai-programs.ts';
import { platformPrograms } from './platform-programs.ts';
import type { Program } from './program.ts';
import { toolPrograms } from './tool-programs.ts';

/** Every program that hermes looks for, by name. */
export const programTable: ReadonlyMap<string, Program> = new Map(
  [...platformPrograms, ...toolPrograms, ...aiPrograms].map((program) => [program.name, program]),
);
