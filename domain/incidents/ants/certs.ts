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

function lookAt({ address, expires_at, file_expires_at }: CertificateFact, at: number): Sighting[] {
  const about = { service: null, subkey: address, rule: looks(1, 1) } as const;
  const days = expires_at === null ? null : (expires_at - at) / dayMs;
  if (expires_at === null || days === null) {
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
  return [
    {
      ...about,
      kind: 'certificate',
      state: days < warnDays ? 'bad' : 'good',
      severity: days < 0 ? 'critical' : days < highDays ? 'high' : 'warn',
      title: `The certificate of ${address} expires`,
      detail:
        days < 0
          ? `It expired ${Math.ceil(-days)} days ago.`
          : `It expires in ${Math.floor(days)} days.`,
      value: -days,
      suggests: [{ action: null, target: null, text: 'Renew it' }],
    },
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
