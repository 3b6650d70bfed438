/** Global options that take a value as the next word. */
const withValue = new Set(['--url']);

/** Returns the command in a command line; undefined if there is none. */
export const commandOf = (args: readonly string[]): string | undefined =>
  args.find((arg, at) => !arg.startsWith('-') && !withValue.has(args[at - 1] ?? ''));
