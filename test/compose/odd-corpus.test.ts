import { compareAll } from './compare.ts';

// not part of `npm test`, because it takes many minutes
await compareAll(new URL('odd-stacks/', import.meta.url));
