import { once } from 'node:events';
import { connect } from 'node:tls';
import { tlsFilesOf } from '../../platform/tls/files.ts';
import { daysLeft, warnDays } from '../../platform/tls/log.ts';
import { readMaterial, type TlsFiles } from '../../platform/tls/material.ts';
import { connections } from '../up/certificate-troubles.ts';
import type { UpSettings } from '../up/settings.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

const connectMs = 3000;
const fix = 'docs/tls.md says what each file holds; a renewed one is read without a restart';

/** Checks the files of certificates: that they can be read, that keys belong to them, and when they end. */
export const certificatesCheck = ({ env, gateway, gatewayAt }: UpSettings): Check => ({
  name: 'certificates',
  fix,
  async run() {
    const named: [string, TlsFiles | null][] = [
      ...connections.map(({ what, variables }): [string, TlsFiles | null] => [
        what,
        tlsFilesOf(env, variables),
      ]),
      ['commands', tlsFilesOf(env, { ca: 'VX11_CA_FILE' })],
      ['Postgres', filesOfUrl(env['VX11_STORE_URL'] ?? '')],
    ];
    const found = named.flatMap(([what, files]) =>
      files === null ? [] : [finding(what, files, Date.now())],
    );
    if (gatewayAt.cert === undefined) return found;
    return [...found, ...(await servedFinding(gateway, gatewayAt.cert))];
  },
});

/** The files that a URL of Postgres names. */
function filesOfUrl(url: string): TlsFiles | null {
  if (!url.startsWith('postgres') || !URL.canParse(url)) return null;
  const names = { cert: 'sslcert', key: 'sslkey', ca: 'sslrootcert' };
  return tlsFilesOf(Object.fromEntries(new URL(url).searchParams), names);
}

/** @param now epoch ms */
export function finding(what: string, files: TlsFiles, now: number): Finding {
  const name = `certificates: ${what}`;
  try {
    const { names, expiresAt } = readMaterial(files, now);
    const days = expiresAt === null ? null : daysLeft(expiresAt, now);
    const detail = `valid for ${days} days${names === '' ? '' : `, for ${names}`}`;
    return days !== null && days < warnDays
      ? warn(name, detail, 'renew it, and write it to the same file')
      : ok(name, detail);
  } catch (error) {
    return fail(name, (error as Error).message, fix);
  }
}

/** Whether the gateway shows the certificate that is in its file. */
async function servedFinding(
  { host, port }: { host: string; port: number },
  path: string,
): Promise<Finding[]> {
  const name = 'certificates: served';
  // only compared, not trusted
  const socket = connect({ host, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(connectMs) });
    const shown = socket.getPeerCertificate().fingerprint256;
    const file = { variable: 'VX11_TLS_CERT_FILE', path };
    const { fingerprint } = readMaterial({ ca: file }, Date.now());
    return shown === fingerprint
      ? [ok(name, 'the gateway shows the certificate in its file')]
      : [
          warn(
            name,
            `the gateway shows another certificate than ${path}`,
            "see the gateway's log: it keeps the one before while the files cannot be used",
          ),
        ];
  } catch {
    return []; // it does not run, which another check says; or the file cannot be used, as said above
  } finally {
    socket.destroy();
  }
}
