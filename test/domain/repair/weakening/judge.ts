import { weakeningsOf, type Candidate } from '../../../../domain/repair/weakening.ts';
import type { ComposeModel } from '../../../../domain/repair/weakening/word.ts';
import { capture, patched } from '../captures.ts';

/** As a policy has them by default. */
export const limits = {
  paths: ['.'],
  protect: ['**/*test*', '**/*.spec.*', 'check*', '.git/**', '**/*.pem', '**/*.key'],
  max_files: 3,
  max_lines: 60,
};

/** The words for what a candidate weakens. */
export const judge = (more: Partial<Candidate>): string[] =>
  weakeningsOf(
    { files: [], before: {}, after: {}, folder: '/srv/shop', capture: capture(), ...more },
    limits,
  ).map(({ word }) => word);

/** Of a change of one file. */
export const inFile = (
  path: string,
  before: string | null,
  after: string,
  more: Partial<Candidate> = {},
): string[] => judge({ files: [patched(path, before, after)], ...more });

/** A stack of a service and its database. */
export const model = (web: Record<string, unknown>, more: ComposeModel = {}): ComposeModel => ({
  services: { web, db: { image: 'postgres:17', networks: { back: null } } },
  networks: { front: {}, back: { internal: true } },
  ...more,
});

/** Of a change of one service. */
export const inService = (
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): string[] => judge({ before: model(before), after: model(after) });
