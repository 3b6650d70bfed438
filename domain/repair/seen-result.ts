import type { CheckResult } from '../../contracts/checks.ts';

/** A result of a check, as verdicts need it. */
export type Seen = Pick<CheckResult, 'suite' | 'name' | 'status' | 'cause' | 'detail'>;
export type CheckName = Pick<CheckResult, 'suite' | 'name'>;

export const keyOfCheck = ({ suite, name }: CheckName): string => JSON.stringify([suite, name]);

/** Only what passed at once is green. */
export const isGreen = ({ status }: Pick<Seen, 'status'>): boolean => status === 'passed';
