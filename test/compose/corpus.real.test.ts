import { compareAll } from './compare.ts';

/** `test:faults` compares all of them. */
const every = Number(process.env['VX11_CORPUS_EVERY'] ?? 6);

await compareAll(new URL('stacks/', import.meta.url), every);
