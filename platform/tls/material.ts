import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file, and the variable that names it, for errors. */
export interface NamedFile {
  variable: string;
  path: string;
}

/** PEM files: a certificate (with its chain) and its key, and the authorities that the other side is checked against. */
export interface TlsFiles {
  cert?: NamedFile | undefined;
  key?: NamedFile | undefined;
  ca?: NamedFile | undefined;
}

/** What the files hold, checked; as `node:tls` takes it. */
export interface TlsMaterial {
  cert?: string;
  key?: string;
  ca?: string;
  /** SHA-256 of the certificate, or else of the first authority; null without any. */
  fingerprint: string | null;
  /** The names that the certificate is for, such as `DNS:box.example, IP Address:10.0.0.2`. */
  names: string;
  /** When the first of the certificates ends, in epoch ms; null without any. */
  expiresAt: number | null;
}

/** A certificate, key or list of authorities that cannot be used; the message says which file, why, and what to do. */
export class WrongCertificate extends Error {
  override name = 'WrongCertificate';
}

const systemReasons: Record<string, string> = {
  ENOENT: 'does not exist: give the path of a PEM file',
  EACCES: 'cannot be read by this process: let its user read it',
  EPERM: 'cannot be read by this process: let its user read it',
  EISDIR: 'is a folder: give the path of a PEM file',
};

const wrong = ({ variable, path }: NamedFile, why: string, cause?: unknown): WrongCertificate =>
  new WrongCertificate(`${variable}: ${path} ${why}.`, { cause });

/** Reads a file that a variable names. Throws WrongCertificate. */
export function readNamed(file: NamedFile): string {
  try {
    return readFileSync(file.path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw wrong(file, systemReasons[code] ?? `cannot be read (${code})`, error);
  }
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function certificatesIn(file: NamedFile, text: string): X509Certificate[] {
  try {
    const found = (text.match(block) ?? []).map((pem) => new X509Certificate(pem));
    if (found.length > 0) return found;
  } catch (error) {
    throw wrong(file, 'holds a certificate that is damaged: write the file again', error);
  }
  throw wrong(file, 'holds no certificate: it begins with -----BEGIN CERTIFICATE-----');
}

function keyIn(file: NamedFile, text: string): KeyObject {
  if (/ENCRYPTED/.test(text))
    throw wrong(file, 'is encrypted: give the key without a passphrase, readable by its user only');
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw wrong(file, 'holds no private key in PEM', error);
  }
}

const day = (ms: number): string => new Date(ms).toISOString();

/** Throws unless this certificate is valid at `now` (epoch ms). */
function checkDates(file: NamedFile, { validFromDate, validToDate }: X509Certificate, now: number) {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  if (now > to) throw wrong(file, `expired on ${day(to)}: renew it and write it to this file`);
  if (now < from) throw wrong(file, `is not valid before ${day(from)}: check the clock`);
}

function readOwn(cert: NamedFile, key: NamedFile, now: number) {
  const text = readNamed(cert);
  const chain = certificatesIn(cert, text);
  const keyText = readNamed(key);
  const secret = keyIn(key, keyText);
  const [own] = chain;
  if (!own!.checkPrivateKey(secret)) {
    const what = `does not belong to the certificate in ${cert.path} (${cert.variable})`;
    throw wrong(key, `${what}: give the two files that were made together`);
  }
  for (const one of chain) checkDates(cert, one, now);
  return { cert: text, key: keyText, chain };
}

function readAuthorities(file: NamedFile, now: number) {
  const text = readNamed(file);
  const all = certificatesIn(file, text);
  // one authority may have been renewed, and the old one kept beside it
  if (all.every(({ validToDate }) => validToDate.getTime() < now)) checkDates(file, all[0]!, now);
  return { ca: text, all };
}

/**
 * Reads and checks the files: that they exist and can be read, that the key belongs to the certificate, and the dates.
 * @param now epoch ms
 * @throws WrongCertificate
 */
export function readMaterial(files: TlsFiles, now: number): TlsMaterial {
  const { cert, key, ca } = files;
  const given = cert ?? key;
  if (given !== undefined && (cert === undefined || key === undefined))
    throw new WrongCertificate(
      `${given.variable} is set alone: a certificate and its key belong together.`,
    );
  const own = cert === undefined ? null : readOwn(cert, key!, now);
  const authorities = ca === undefined ? null : readAuthorities(ca, now);
  const leaf = own?.chain[0];
  const dated = [...(own?.chain ?? []), ...(authorities?.all ?? [])];
  const ends = dated.map(({ validToDate }) => validToDate.getTime()).filter((end) => end >= now);
  return {
    ...(own !== null && { cert: own.cert, key: own.key }),
    ...(authorities !== null && { ca: authorities.ca }),
    fingerprint: (leaf ?? authorities?.all[0])?.fingerprint256 ?? null,
    names: leaf?.subjectAltName ?? leaf?.subject ?? '',
    expiresAt: ends.length === 0 ? null : Math.min(...ends),
  };
}
