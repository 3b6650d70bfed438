import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import { isMasked } from '../../../domain/repair/mask.ts';
import { parseMs, parserOf, parserEnv, thrownBy } from './parsers.ts';

const run = promisify(execFile);

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
