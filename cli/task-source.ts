import { isUtf8 } from 'node:buffer';
import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { taskBounds, type TaskBody } from '../contracts/task-request.ts';
import { CommandFailed, exitCode } from './exit-code.ts';

/** The code of a task, its arguments and its standard input. */
export type TaskSource = Pick<TaskBody, 'task_type' | 'code'> & { args: string[]; stdin: string };

const kinds: Record<string, TaskBody['task_type']> = {
  '.py': 'python',
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.sh': 'shell',
};
/** Shell code that runs its arguments as a program. */
const runArguments = 'exec "$@"';

/** Where code comes from: a file, or `-` for standard input. */
export interface SourceOptions {
  python?: string;
  node?: string;
  shell?: string;
  /** False for --no-stdin. */
  stdin: boolean;
}

/** What reading standard input needs: a place for a hint, and a signal that ends it. */
export interface InputReader {
  err(line: string): void;
  signal: AbortSignal;
}

/** A pipe that sends nothing for this long gets a hint, because it may have been left open by mistake. */
const quietMs = 3000;

/**
 * Reads the code and the input that a command line names. Throws `CommandFailed`.
 * @param words the words after the options
 */
export async function readSource(
  words: string[],
  options: SourceOptions,
  reader: InputReader,
): Promise<TaskSource> {
  const { python, node, shell } = options;
  const named = Object.entries({ python, node, shell }).filter(([, file]) => file !== undefined);
  const [first, second] = named;
  if (second !== undefined) throw usage('Give one of --python, --node and --shell.');
  if (first !== undefined) {
    const [task_type, file] = first as [TaskBody['task_type'], string];
    if (file === '-') {
      const code = await readInput(taskBounds.codeBytes, reader);
      return { task_type, code, args: words, stdin: '' };
    }
    const code = await readCode(file);
    return { task_type, code, args: words, stdin: await inputOf(options, reader) };
  }
  const [word, ...args] = words;
  if (word === undefined)
    throw usage('Name a file or a program to run, such as: vx11 run -- echo hello');
  const task_type = kinds[extname(word)];
  const code = task_type === undefined ? runArguments : await readCode(word);
  const stdin = await inputOf(options, reader);
  return task_type === undefined
    ? { task_type: 'shell', code, args: words, stdin }
    : { task_type, code, args, stdin };
}

/** Reads standard input if a file, a pipe or a socket is connected to it; '' for a terminal or nothing. */
async function inputOf({ stdin }: SourceOptions, reader: InputReader): Promise<string> {
  if (!stdin) return '';
  try {
    const facts = fstatSync(0);
    if (!facts.isFile() && !facts.isFIFO() && !facts.isSocket()) return '';
  } catch {
    return ''; // it is closed
  }
  return readInput(taskBounds.stdinBytes, reader);
}

/** Reads all of standard input. Fails as soon as it is longer than `mostBytes`, so an endless input is refused. */
async function readInput(mostBytes: number, { err, signal }: InputReader): Promise<string> {
  const hint = setTimeout(
    () => err('  waiting for the end of standard input; --no-stdin does not read it'),
    quietMs,
  );
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of addAbortSignal(signal, process.stdin) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes)
        throw usage(
          `Standard input is larger than ${mostBytes} bytes, the most that a task accepts.`,
        );
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw new CommandFailed(130, 'Interrupted; the task was not started.');
    if (error instanceof CommandFailed) throw error;
    throw usage(`Standard input cannot be read: ${(error as Error).message}`);
  } finally {
    clearTimeout(hint);
    process.stdin.destroy();
  }
  return textOf(Buffer.concat(chunks), 'Standard input');
}

async function readCode(file: string): Promise<string> {
  try {
    return textOf(await readFile(file), file);
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw usage(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function textOf(bytes: Buffer, name: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw usage(
    `${name} is not UTF-8 text, and a task accepts only text. Encode it, for example as base64.`,
  );
}

const usage = (message: string): CommandFailed => new CommandFailed(exitCode.usage, message);
