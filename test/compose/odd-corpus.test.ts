import { compareAll } from './compare.ts';

// many minutes, so it is not in `npm test`
await compareAll(new URL('odd-stacks/', import.meta.url));
