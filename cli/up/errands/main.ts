/**
 * A short-lived process of the supervisor: `node cli/up/errands/main.ts NAME`, with the input as a message. Whatever needs
 * more than Node itself happens here, so that the process that stays has loaded none of it.
 */
import type { Errand, ErrandName } from './errand.ts';

const errands: { [Name in ErrandName]: () => Promise<Errand<Name>> } = {
  start: async () => (await import('./start.ts')).start,
  stack: async () => (await import('../stack.ts')).readStack,
  bridge: async () => (await import('./bridge.ts')).bridge,
  'close-windows': async () => (await import('./close-windows.ts')).endWindows,
  clean: async () => (await import('./clean.ts')).clean,
};

const wanted = new AbortController();
process.once('disconnect', () => {
  wanted.abort();
  process.exit(1);
});
process.once('message', (input) => void run(process.argv[2] as ErrandName, input));

/** Each has its own input and result; here they only pass through. */
type Any = (input: unknown, way: object) => Promise<unknown>;

async function run(name: ErrandName, input: unknown): Promise<void> {
  const send = (word: object): void => void process.send?.(word);
  const way = {
    say: (line: string) => send({ say: line }),
    tell: (news: unknown) => send({ news }),
    signal: wanted.signal,
  };
  let last: object;
  try {
    const errand = (await errands[name]()) as unknown as Any;
    last = { done: await errand(input, way) };
  } catch (error) {
    last = { failed: (error as Error).message };
  }
  // connections that are kept open would keep this process
  process.send?.(last, () => process.exit(0));
}
