/** Options before a command that take the word after them. */
const withValue = new Set(['--url']);

/** The command that a command line names; undefined where it names none. */
export const commandOf = (args: readonly string[]): string | undefined =>
  args.find((arg, at) => !arg.startsWith('-') && !withValue.has(args[at - 1] ?? ''));
