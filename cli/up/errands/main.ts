/**
 * A short-lived process of the supervisor: `node cli/up/errands/main.ts NAME`, with the input as a message. Work that needs
 * more than Node's own modules happens here, so that the supervisor loads no library.
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

/** Each errand has its own types of input and result; here they only pass through. */
type AnyErrand = (input: unknown, context: object) => Promise<unknown>;

async function run(name: ErrandName, input: unknown): Promise<void> {
  const send = (message: object): void => void process.send?.(message);
  const context = {
    say: (line: string) => send({ say: line }),
    update: (update: unknown) => send({ update }),
    signal: wanted.signal,
  };
  let last: object;
  try {
    const errand = (await errands[name]()) as unknown as AnyErrand;
    last = { done: await errand(input, context) };
  } catch (error) {
    last = { failed: (error as Error).message };
  }
  // connections that are still open would keep this process alive
  process.send?.(last, () => process.exit(0));
}
