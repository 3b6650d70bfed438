import { fstatSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { SpawnBody } from '../contracts/spawn-request.ts';
import { CommandFailed, exitCode } from './exit-code.ts';

/** What to run, and with which input. */
export type TaskSource = Pick<SpawnBody, 'task_type' | 'code'> & { args: string[]; stdin: string };

const kinds: Record<string, SpawnBody['task_type']> = {
  '.py': 'python',
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.sh': 'shell',
};
/** Runs a program with its arguments, as it is. */
const runArguments = 'exec "$@"';

/** Where code comes from: a file, or `-` for standard input. */
export interface SourceOptions {
  python?: string;
  node?: string;
  shell?: string;
  /** False for --no-stdin. */
  stdin: boolean;
}

/** Reads what a command line names. @param words the words after the options */
export function readSource(words: string[], options: SourceOptions): TaskSource {
  const { python, node, shell } = options;
  const named = Object.entries({ python, node, shell }).filter(([, file]) => file !== undefined);
  const [first, second] = named;
  if (second !== undefined) throw usage('Give one of --python, --node and --shell.');
  if (first !== undefined) {
    const [task_type, file] = first as [SpawnBody['task_type'], string];
    const code = file === '-' ? readAll(0, 'standard input') : readAll(file, file);
    return { task_type, code, args: words, stdin: file === '-' ? '' : inputOf(options) };
  }
  const [word, ...args] = words;
  if (word === undefined) throw usage('What is to run? Such as: vx11 run -- echo hello');
  const task_type = kinds[extname(word)];
  if (task_type !== undefined)
    return { task_type, code: readAll(word, word), args, stdin: inputOf(options) };
  return { task_type: 'shell', code: runArguments, args: words, stdin: inputOf(options) };
}

/** Standard input where something is connected to it: a file or a pipe, and no terminal. */
function inputOf({ stdin }: SourceOptions): string {
  if (!stdin) return '';
  try {
    const facts = fstatSync(0);
    if (!facts.isFile() && !facts.isFIFO() && !facts.isSocket()) return '';
  } catch {
    return ''; // it is closed
  }
  return readAll(0, 'standard input');
}

function readAll(file: string | 0, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // a pipe that nobody has written to yet
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw usage(`${name} cannot be read: ${(error as Error).message}`);
  }
}

const usage = (message: string): CommandFailed => new CommandFailed(exitCode.usage, message);
