import { compareAll } from './compare.ts';

await compareAll(new URL('stacks/', import.meta.url));
