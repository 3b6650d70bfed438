import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Certificate {
  cert: string;
  key: string;
}

/** A certificate authority in a folder of its own, made with openssl. */
export interface Authority {
  folder: string;
  /** Its certificate. */
  ca: string;
  /** A certificate for these names, for servers and clients. */
  issue(name: string, options?: Issue): Certificate;
  remove(): void;
}

export interface Issue {
  /** As in subjectAltName; by default loopback and `localhost`. */
  names?: string;
  /** First and last moment, as `YYYYMMDDHHMMSSZ`. */
  dates?: [string, string];
}

/** The dates of a certificate that has expired. */
export const past: [string, string] = ['20240101000000Z', '20240102000000Z'];
const usual: [string, string] = ['20250101000000Z', '20490101000000Z'];
const here = 'DNS:localhost,IP:127.0.0.1';

const config = `[ca]
default_ca = one
[one]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
rand_serial = yes
[any]
commonName = supplied
`;

export function createAuthority(name = 'authority'): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'vx11-tls-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(join(folder, 'ca.conf'), config);
  const signing = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const own = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', `/CN=${name}`, '-days', '3650'];
  openssl('req', '-x509', ...ec, ...own, ...signing);
  return {
    folder,
    ca: join(folder, 'ca.pem'),
    issue(one, { names = here, dates = usual } = {}) {
      const files = ['-keyout', `${one}.key`, '-out', `${one}.csr`, '-subj', `/CN=${one}`];
      openssl('req', ...ec, ...files, '-addext', `subjectAltName=${names}`);
      const by = ['-config', 'ca.conf', '-cert', 'ca.pem', '-keyfile', 'ca.key'];
      const when = ['-startdate', dates[0], '-enddate', dates[1]];
      const out = ['-in', `${one}.csr`, '-out', `${one}.pem`, '-notext'];
      openssl('ca', '-batch', ...by, ...when, ...out);
      return { cert: join(folder, `${one}.pem`), key: join(folder, `${one}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
