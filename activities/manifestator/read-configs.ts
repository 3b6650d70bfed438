import type { ComposeCall } from '../compose/run.ts';
import { readMs } from '../compose/read.ts';

/** What Compose makes of files, with the values of secrets: it stays in memory. */
export interface ReadConfig {
  name: string;
  /** The output of `config --format json`. */
  model: Record<string, unknown>;
  /** Variables that are used and not set. */
  unset: string[];
}

/**
 * @param project null for that of the files
 * @throws ComposeError
 */
export async function readConfig(
  call: ComposeCall,
  project: string | null,
  signal: AbortSignal,
): Promise<ReadConfig> {
  const run = project === null ? call : call.as(project, null, signal);
  const { output, stderr } = await run.withWarnings(['config', '--format', 'json'], readMs);
  const model = JSON.parse(output) as Record<string, unknown> & { name: string };
  const found = stderr.matchAll(/The \\?"(\w+)\\?" variable is not set/g);
  return { name: model.name, model, unset: [...new Set([...found].map(([, name]) => name!))] };
}

/** The same as if the files of a copy stood in the folder that was copied. */
export function inFolder<T>(value: T, copy: string, folder: string): T {
  const inJson = (path: string): string => JSON.stringify(path).slice(1, -1);
  return JSON.parse(JSON.stringify(value).replaceAll(inJson(copy), () => inJson(folder))) as T;
}
