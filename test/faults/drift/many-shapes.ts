import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readStacks, type CorpusStack } from '../../compose/read-stacks.ts';
import { renamed, type ComposeModel } from './rename-stack.ts';

const corpora = ['../../compose/stacks/', '../../compose/odd-stacks/', 'shapes/'];

/** One stack of the corpus as a part of a larger one. */
export interface Part {
  title: string;
  /** Its services, as the whole has them. */
  services: string[];
  /** Whether all of them become ready by themselves. */
  becomesReady: boolean;
  /** As an entry of `include`. */
  include: { path: string; project_directory: string; env_file?: string };
}

/** Stacks that can stand beside others: no files that others name, nothing that has to exist before, and nothing that must fail. */
const fits = (stack: CorpusStack): boolean =>
  stack.failed.length === 0 &&
  stack.before.length === 0 &&
  stack.name === '{project}' &&
  // of included files, Compose reads variable files without their .env
  stack.title !== 'an env file with interpolation and every kind of quote' &&
  !Object.keys(stack.write).some((name) => /\.ya?ml$/.test(name));

/**
 * Whether a stack has settings of VX11, is built, or has services of which only one can be there at a time. Compose refuses
 * configs of variables in included files.
 */
function isOwn(model: ComposeModel): boolean {
  const services = Object.values(model.services);
  const names = services.flatMap(({ container_name }) => container_name ?? []);
  return (
    Object.keys(model).some((key) => key.startsWith('x-vx11')) ||
    services.some((one) => 'x-vx11' in one || 'build' in one) ||
    Object.values(model.configs ?? {}).some((one) => 'environment' in one) ||
    new Set(names).size < names.length
  );
}

/** Writes the stacks of the corpora into folders below this one, each with its own names. */
export async function writeShapes(folder: string, project: string): Promise<Part[]> {
  const parts: Part[] = [];
  for (const corpus of corpora.map((path) => new URL(path, import.meta.url)))
    for (const name of readdirSync(corpus))
      for (const stack of await readStacks(new URL(name, corpus))) {
        const part = fits(stack) ? await writePart(folder, project, parts.length, stack) : null;
        if (part !== null) parts.push(part);
      }
  return parts;
}

async function writePart(
  folder: string,
  project: string,
  nth: number,
  stack: CorpusStack,
): Promise<Part | null> {
  const options = { merge: true, logLevel: 'silent' } as const;
  const model = parse(stack.composeFile(project, 'marker'), options) as ComposeModel;
  if (isOwn(model)) return null;
  const prefix = `n${nth}`;
  const own = join(folder, prefix);
  for (const [name, text] of Object.entries(stack.write)) {
    await mkdir(dirname(join(own, name)), { recursive: true });
    // readable by its owner only, as files of secrets should be
    await writeFile(join(own, name), text, { mode: 0o600 });
  }
  await mkdir(own, { recursive: true });
  delete model.services['marker'];
  const whole = renamed(model, prefix);
  await writeFile(join(own, 'compose.yaml'), stringify(whole, { aliasDuplicateObjects: false }));
  const include = { path: `${prefix}/compose.yaml`, project_directory: prefix };
  return {
    title: stack.title,
    services: Object.keys(whole.services),
    becomesReady: stack.wait,
    include: '.env' in stack.write ? { ...include, env_file: `${prefix}/.env` } : include,
  };
}
