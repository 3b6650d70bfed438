import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CertificateFileFact } from '../../../domain/incidents/facts.ts';

/** When the first certificate in a file ends, in epoch ms. @param file relative to the folder. @throws if it cannot be read */
export const fileExpiry = async (folder: string, file: string): Promise<number> =>
  Date.parse(new X509Certificate(await readFile(resolve(folder, file))).validTo);

/** Reads the files of certificates that the stack declares, each once. Throws if one of them cannot be read. */
export const readCertificateFiles =
  (folder: string, declared: () => readonly { file?: string | undefined }[]) =>
  async (): Promise<CertificateFileFact[]> => {
    const files = new Set(declared().flatMap(({ file }) => (file === undefined ? [] : [file])));
    return Promise.all(
      [...files].map(async (file) => ({ file, expires_at: await fileExpiry(folder, file) })),
    );
  };
