import { readFile } from 'node:fs/promises';
import { isMap, parseAllDocuments, type Document } from 'yaml';
import { z } from 'zod';
import { obedient } from '../stack/stack.ts';

/** What a stack of the corpus says about its own test, under `x-test`. */
const testNotes = z.strictObject({
  title: z.string(),
  /** The project name as the file has it; `{project}` stands for what has to come of it. */
  name: z.string().default('{project}'),
  /** Services to open; all of them where left out. */
  open: z.array(z.string()).optional(),
  /** Services that VX11 has to name as failed, and that are then not compared. */
  failed: z.array(z.string()).default([]),
  /** Files beside the compose file, by path. */
  write: z.record(z.string(), z.string()).default({}),
  /** Docker commands before and after the stack; `{project}` stands for its name. */
  before: z.array(z.array(z.string())).default([]),
  after: z.array(z.array(z.string())).default([]),
  /** Files inside containers whose content, mode and owner are compared. */
  read: z.record(z.string(), z.array(z.string())).default({}),
  /** Files beside the compose file that are compared once the services went down. */
  stopped: z.array(z.string()).default([]),
  /** Pairs of services, and by how many ms the second starts after the first at least. */
  apart: z.array(z.tuple([z.string(), z.string(), z.number()])).default([]),
  /** False: `docker compose up` is not asked to wait for health, which never comes. */
  wait: z.boolean().default(true),
  /** The state is compared once nothing has changed for a while. */
  settles: z.boolean().default(false),
  /** Services whose process ends by itself once it runs; compared is what becomes of them. */
  fall: z.array(z.string()).default([]),
});

export interface CorpusStack extends z.output<typeof testNotes> {
  /** The compose file for one project, with a service of no other use than to tell this version of it by. */
  composeFile(project: string, marker: string): string;
  open: string[];
}

/** The stacks of one file of the corpus. */
export async function readStacks(file: URL): Promise<CorpusStack[]> {
  const text = await readFile(file, 'utf8');
  return parseAllDocuments(text, { merge: true, logLevel: 'silent' }).map((parsed) => {
    const document = parsed as Document;
    const notes = testNotes.parse(document.toJS()['x-test']);
    document.delete('x-test');
    const services = document.get('services');
    if (!isMap(services)) throw new Error(`${notes.title}: it has no services`);
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

/** Whatever a service does not say itself: the tiny image, and a process that ends at once when it is told to. */
function fillIn(document: Document, name: string): void {
  const has = (key: string): boolean => document.hasIn(['services', name, key]);
  const set = (key: string, value: unknown): void => {
    if (!has(key)) document.setIn(['services', name, key], document.createNode(value));
  };
  set('image', 'vx11-tiny:local');
  if (!has('entrypoint')) set('command', obedient);
  set('stop_grace_period', '1s');
}
