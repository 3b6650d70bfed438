import { tlsFetch } from '../../platform/tls/fetch.ts';
import { readMaterial } from '../../platform/tls/material.ts';
import { fetchTrusting } from '../../platform/tls/trust.ts';
import type { UpSettings } from './settings.ts';

/** What calls this machine's own gateway, by its certificate's file. Throws WrongCertificate. */
export const gatewayFetch = ({
  gatewayAt: { cert },
}: Pick<UpSettings, 'gatewayAt'>): typeof fetch =>
  cert === undefined ? fetch : fetchTrusting({ variable: 'VX11_TLS_CERT_FILE', path: cert });

/** What calls madre, as the gateway does. Throws WrongCertificate. */
export function madreFetch({ madreFiles }: Pick<UpSettings, 'madreFiles'>): typeof fetch {
  if (madreFiles === null) return fetch;
  const material = readMaterial(madreFiles, Date.now());
  return tlsFetch(() => material);
}
