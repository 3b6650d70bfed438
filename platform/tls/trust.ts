import { tlsFetch } from './fetch.ts';
import { readMaterial, type NamedFile } from './material.ts';

/**
 * A `fetch` that trusts the authorities in a PEM file, instead of the system's. If the file begins with the certificate of a
 * server, that server is trusted under any name.
 * @throws WrongCertificate
 */
export function fetchTrusting(file: NamedFile): typeof fetch {
  const { ca, fingerprint } = readMaterial({ ca: file }, Date.now());
  const client = { ca: ca!, fingerprint };
  return tlsFetch(() => client);
}
