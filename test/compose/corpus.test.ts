import { compareAll } from './compare.ts';

// some ten minutes, so it is not in `npm test`
await compareAll(new URL('stacks/', import.meta.url));
