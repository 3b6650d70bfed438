import type { TlsFiles } from './material.ts';
import { readMaterial, readNamed, WrongCertificate } from './material.ts';
import { follow, type Following, type Live } from './live.ts';
import { pathsOf, tlsFilesOf } from './files.ts';

/** How Temporal is reached, besides its address. */
export interface TemporalSettings {
  /** Undefined: with TLS if any of the rest is set. */
  tls: boolean | undefined;
  files: TlsFiles | null;
  /** The name in its certificate; undefined: that of the address. */
  serverName: string | undefined;
  apiKey: string | undefined;
  /** The path of a file that holds the API key. */
  apiKeyFile: string | undefined;
}

/** The settings of these variables, which Temporal's own tools read too. */
export const temporalSettings = (env: {
  TEMPORAL_TLS?: 'true' | 'false' | undefined;
  TEMPORAL_TLS_SERVER_CA_CERT_PATH?: string | undefined;
  TEMPORAL_TLS_CLIENT_CERT_PATH?: string | undefined;
  TEMPORAL_TLS_CLIENT_KEY_PATH?: string | undefined;
  TEMPORAL_TLS_SERVER_NAME?: string | undefined;
  TEMPORAL_API_KEY?: string | undefined;
  TEMPORAL_API_KEY_FILE?: string | undefined;
}): TemporalSettings => ({
  tls: env.TEMPORAL_TLS === undefined ? undefined : env.TEMPORAL_TLS === 'true',
  files: tlsFilesOf(env, {
    cert: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    key: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
    ca: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  }),
  serverName: env.TEMPORAL_TLS_SERVER_NAME,
  apiKey: env.TEMPORAL_API_KEY,
  apiKeyFile: env.TEMPORAL_API_KEY_FILE,
});

/** The same with what the files hold, as Temporal's clients take it. */
export interface TemporalCredentials {
  /** False: without TLS. */
  tls:
    | false
    | {
        serverNameOverride?: string;
        serverRootCACertificate?: Uint8Array;
        clientCertPair?: { crt: Uint8Array; key: Uint8Array };
      };
  apiKey: string | undefined;
  expiresAt: number | null;
}

const keyFile = 'TEMPORAL_API_KEY_FILE';

function apiKeyOf({ apiKey, apiKeyFile: path }: TemporalSettings): string | undefined {
  if (path === undefined) return apiKey;
  const text = readNamed({ variable: keyFile, path }).trim();
  if (text !== '' && !/\s/.test(text)) return text;
  throw new WrongCertificate(`${keyFile}: ${path} holds no API key: one line with the key alone.`);
}

function readCredentials(settings: TemporalSettings): TemporalCredentials {
  const { files, serverName } = settings;
  const { cert, key, ca, expiresAt } = readMaterial(files ?? {}, Date.now());
  const apiKey = apiKeyOf(settings);
  const on = settings.tls ?? (files !== null || apiKey !== undefined || serverName !== undefined);
  if (!on) return { tls: false, apiKey, expiresAt: null };
  const tls = {
    ...(serverName !== undefined && { serverNameOverride: serverName }),
    ...(ca !== undefined && { serverRootCACertificate: Buffer.from(ca) }),
    ...(cert !== undefined && {
      clientCertPair: { crt: Buffer.from(cert), key: Buffer.from(key!) },
    }),
  };
  return { tls, apiKey, expiresAt };
}

/**
 * What connections to Temporal show and accept, read again when files change.
 * @throws WrongCertificate if the files cannot be used at first
 */
export const followTemporal = (
  settings: TemporalSettings,
  following?: Following<TemporalCredentials>,
): Live<TemporalCredentials> => {
  const { files, apiKeyFile } = settings;
  const paths = [...pathsOf(files ?? {}), ...(apiKeyFile === undefined ? [] : [apiKeyFile])];
  return follow(paths, () => readCredentials(settings), following);
};
