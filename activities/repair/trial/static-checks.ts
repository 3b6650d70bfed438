import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import { isMasked } from '../../../domain/repair/mask.ts';

const run = promisify(execFile);

/** Time limit of one parser. */
const parseMs = 10_000;

/** Reads Python from its input and parses it; nothing is imported or written. */
const pythonParser = 'import ast, sys; ast.parse(sys.stdin.buffer.read(), sys.argv[1])';

/** How to parse a file without running any of it. */
interface Parser {
  command: string;
  args: (file: string) => string[];
  /** Whether the file is the parser's input. */
  reads: boolean;
}

/**
 * Parses the patched files of a copy; no code of theirs runs. A parser that this host lacks is left out: the checks show
 * more than it would.
 * @param refusal what Compose says of the stack; null if it accepts it
 * @returns one line for each fault
 */
export async function staticFaults(
  copy: string,
  patch: readonly PatchedFile[],
  refusal: string | null,
): Promise<string[]> {
  const faults = await Promise.all(patch.map((file) => faultOf(copy, file)));
  const stack = refusal === null ? [] : [`docker compose config: ${refusal}`];
  return [...stack, ...faults.filter((fault) => fault !== null)];
}

async function faultOf(
  copy: string,
  { path, before, after: { text } }: PatchedFile,
): Promise<string | null> {
  if (isMasked(text) && !isMasked(before?.text ?? ''))
    return `${path}: it has what only stands for a secret`;
  if (/\.json$/i.test(path)) return thrownBy(path, () => void JSON.parse(text));
  if (/\.ya?ml$/i.test(path)) {
    const documents = parseAllDocuments(text, { logLevel: 'silent' });
    const [error] = 'empty' in documents ? [] : documents.flatMap(({ errors }) => errors);
    return error === undefined ? null : `${path}: ${error.message}`;
  }
  const parser = parserOf(path, text);
  if (parser === null) return null;
  const options = { cwd: copy, timeout: parseMs, killSignal: 'SIGKILL', env: parserEnv() } as const;
  const running = run(parser.command, parser.args(join(copy, path)), options);
  running.child.stdin?.on('error', () => undefined).end(parser.reads ? text : '');
  try {
    await running;
    return null;
  } catch (error) {
    const {
      code,
      stderr = '',
      message,
    } = error as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') return null;
    const said = stderr.replaceAll(`${copy}/`, '').trim();
    return `${path}: ${(said || message).slice(0, 1000)}`;
  }
}

function parserOf(path: string, text: string): Parser | null {
  const [, interpreter = ''] = /^#!\s*(?:\S*\/)?(?:env\s+)?(\S+)/.exec(text) ?? [];
  const program = interpreter.replace(/^.*\//, '');
  if (/\.[cm]?js$/i.test(path) || /^node(js)?$/.test(program))
    return { command: process.execPath, args: (file) => ['--check', file], reads: false };
  if (/\.py$/i.test(path) || /^python[\d.]*$/.test(program))
    return { command: 'python3', args: () => ['-I', '-S', '-c', pythonParser, path], reads: true };
  // an interpreter's own dialect is only known to itself
  if (/^(bash|dash|ash)$/.test(program))
    return {
      command: program === 'ash' ? 'sh' : program,
      args: (file) => ['-n', file],
      reads: false,
    };
  if (/\.sh$/i.test(path) || program === 'sh')
    return { command: 'sh', args: (file) => ['-n', file], reads: false };
  return null;
}

/** Nothing of this process's settings reaches a parser. */
const parserEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
});

function thrownBy(path: string, work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return `${path}: ${(error as Error).message}`;
  }
}
