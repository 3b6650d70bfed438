import { readFile } from 'node:fs/promises';
import { isMap, parseAllDocuments, type Document } from 'yaml';
import { z } from 'zod';
import { obedient } from '../stack/stack.ts';

/** The `x-test` part of a stack, which describes its test. */
const testNotes = z.strictObject({
  title: z.string(),
  /** The project name in the file; `{project}` stands for the resulting name. */
  name: z.string().default('{project}'),
  /** Services to open; by default all of them. */
  open: z.array(z.string()).optional(),
  /** Services that VX11 must report as failed; they are not compared. */
  failed: z.array(z.string()).default([]),
  /** Files beside the compose file, by path. */
  write: z.record(z.string(), z.string()).default({}),
  /** Docker commands before and after the stack; `{project}` stands for its name. */
  before: z.array(z.array(z.string())).default([]),
  after: z.array(z.array(z.string())).default([]),
  /** Files inside containers whose content, mode and owner are compared. */
  read: z.record(z.string(), z.array(z.string())).default({}),
  /** Files beside the compose file that are compared after the services have stopped. */
  stopped: z.array(z.string()).default([]),
  /** Pairs of services, with the least time in ms between the start of the first and that of the second. */
  apart: z.array(z.tuple([z.string(), z.string(), z.number()])).default([]),
  /** False if `docker compose up` must not wait for health, because the services never become healthy. */
  wait: z.boolean().default(true),
  /** True if the state is compared only after it has not changed for a while. */
  settles: z.boolean().default(false),
  /** Services whose process is made to exit while it runs; the state after that is compared. */
  fall: z.array(z.string()).default([]),
});

export interface CorpusStack extends z.output<typeof testNotes> {
  /** Returns the compose file for one project, with a service `marker` that only identifies this version of the file. */
  composeFile(project: string, marker: string): string;
  open: string[];
}

/** Reads the stacks of one file of the corpus. */
export async function readStacks(file: URL): Promise<CorpusStack[]> {
  const text = await readFile(file, 'utf8');
  return parseAllDocuments(text, { merge: true, logLevel: 'silent' }).map((parsed) => {
    const document = parsed as Document;
    const notes = testNotes.parse(document.toJS()['x-test']);
    document.delete('x-test');
    const services = document.get('services');
    if (!isMap(services)) throw new Error(`the stack "${notes.title}" has no services`);
    const names = services.items.map(({ key }) => String(key));
    for (const name of names) fillIn(document, name);
    return {
      ...notes,
      open: notes.open ?? names,
      composeFile(project, marker) {
        const marked = document.clone();
        marked.set('name', notes.name.replaceAll('{project}', project));
        const never = { image: 'vx11-tiny:local', profiles: [marker] };
        marked.setIn(['services', marker], marked.createNode(never));
        return String(marked);
      },
    };
  });
}

/** Adds the defaults of the tests: the tiny image, and a process that exits at once on SIGTERM. */
function fillIn(document: Document, name: string): void {
  const has = (key: string): boolean => document.hasIn(['services', name, key]);
  const set = (key: string, value: unknown): void => {
    if (!has(key)) document.setIn(['services', name, key], document.createNode(value));
  };
  set('image', 'vx11-tiny:local');
  if (!has('entrypoint')) set('command', obedient);
  set('stop_grace_period', '1s');
}
