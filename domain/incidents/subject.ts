import type { Subject } from './ant.ts';

/** The text whose SHA-256 is the fingerprint: fields of ours only, no value, count, time or container id. */
export const subjectText = (host: string, { kind, service, subkey }: Subject): string =>
  JSON.stringify([host, kind, service, subkey]);
