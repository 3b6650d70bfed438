import { z } from 'zod';

/** Increased when a program that does not know the difference would restore it wrongly. */
export const backupFormat = 2;
export const manifestName = 'manifest.json';
/** More than the list of files ever takes. */
export const mostManifestBytes = 65_536;

/** The names that a backup may have: no path leads out of the home. Format 1 had the first three. */
export const backupNames = [
  'vx11.db',
  'tokens.env',
  'internal.key',
  'madre.env',
  'inee.keys',
] as const;
export const storeName = 'vx11.db';

/** What a backup is: its first entry. */
export const backupManifest = z.strictObject({
  format: z.number().int(),
  /** The version of VX11 that made it. */
  version: z.string(),
  created_at: z.iso.datetime(),
  /** Postgres is not in it. */
  store: z.enum(['sqlite', 'postgres']),
  files: z.array(
    z.strictObject({
      path: z.enum(backupNames),
      size: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
export type BackupManifest = z.infer<typeof backupManifest>;

/** What tells a program of any version whose backup it is. */
export const manifestHead = z.looseObject({ format: z.number(), version: z.string() });
