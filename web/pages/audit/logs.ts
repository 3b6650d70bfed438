/** The logs that are chained. */
export const logs = ['events', 'intents'] as const;
/** A long log takes a while, both to verify and to send. */
export const longestMs = 10 * 60_000;
