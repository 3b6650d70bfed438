const giveBack = ['--expose-gc', `--import=${new URL('give-back.mjs', import.meta.url).href}`];

/** How madre and the gateway are run so that they are small at rest: 60 MB less a process than Node's own defaults. */
export const leanNode = {
  /** Small nurseries, and code that is kept small: what madre does per second is little. */
  madre: ['--max-semi-space-size=1', '--optimize-for-size', ...giveBack],
  /** The gateway answers thousands of reads a second, and keeps the room and the code that they need. */
  gateway: ['--max-semi-space-size=8', ...giveBack],
  /** A hundred threads that hardly allocate need few heaps, and what is freed goes back at once. */
  env: {
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
  },
};
