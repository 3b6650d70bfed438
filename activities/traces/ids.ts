import { sha256 } from '../../platform/hash.ts';

/** The trace of a subject that is a part of nothing: the first 16 bytes of SHA-256 over its id, in hex. */
export const traceIdOf = (subject: string): string => sha256(subject).slice(0, 32);

/** The span of a reference, 8 bytes in hex: the same in each try to send it. */
export const spanIdOf = (ref: string): string => sha256(`span ${ref}`).slice(0, 16);
