import { ant, looks, type Sighting } from '../ant.ts';
import type { CertificateFact } from '../facts.ts';

const dayMs = 86_400_000;
const warnDays = 20;
const highDays = 3;

/** A certificate, as it is served, is about to expire; or its file is newer than what is served. */
export const certsAnt = ant({
  name: 'certs',
  reads: 'certificates',
  severity: 'critical',
  cost_ms: 200,
  least_ms: 6 * 3_600_000,
  look: (certificates, at) => certificates.flatMap((one) => lookAt(one, at)),
});

/** The same of the files that servers read, which needs no connection: it looks also while hormiguero sleeps. */
export const certFilesAnt = ant({
  name: 'cert_files',
  reads: 'certificate_files',
  severity: 'critical',
  cost_ms: 5,
  least_ms: 3_600_000,
  look: (files, at) => files.map(({ file, expires_at }) => expiring(file, expires_at, at)),
});

/** @param where an address or a file */
function expiring(where: string, expires_at: number, at: number): Sighting {
  const days = (expires_at - at) / dayMs;
  return {
    kind: 'certificate',
    service: null,
    subkey: where,
    rule: looks(1, 1),
    state: days < warnDays ? 'bad' : 'good',
    severity: days < 0 ? 'critical' : days < highDays ? 'high' : 'warn',
    title: `The certificate of ${where} expires`,
    detail:
      days < 0
        ? `It expired ${Math.ceil(-days)} days ago.`
        : `It expires in ${Math.floor(days)} days.`,
    value: -days,
    suggests: [{ action: null, target: null, text: 'Renew it' }],
  };
}

function lookAt({ address, expires_at, file_expires_at }: CertificateFact, at: number): Sighting[] {
  const about = { service: null, subkey: address, rule: looks(1, 1) } as const;
  if (expires_at === null) {
    const none = {
      title: '',
      detail: '',
      value: null,
      severity: 'warn',
      state: 'unknown',
    } as const;
    return [
      { ...about, ...none, kind: 'certificate' },
      { ...about, ...none, kind: 'certificate_not_loaded' },
    ];
  }
  const served = expiring(address, expires_at, at);
  // that of a file which ends as soon is found there
  const isOfFile = file_expires_at !== null && file_expires_at <= expires_at;
  return [
    served.state === 'bad' && isOfFile ? { ...served, state: 'between' } : served,
    ...(file_expires_at === null
      ? []
      : [
          {
            ...about,
            kind: 'certificate_not_loaded' as const,
            state: file_expires_at > expires_at ? ('bad' as const) : ('good' as const),
            severity: 'warn' as const,
            title: `${address} still serves an old certificate`,
            detail: 'Its file is newer than the one that is served.',
            value: null,
            suggests: [{ action: null, target: null, text: 'Let the server read it again' }],
          },
        ]),
  ];
}
