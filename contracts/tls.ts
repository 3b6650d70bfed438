/** The variables that name the PEM files of each connection by TLS, and what a process reads with them. */
export const gatewayTls = { cert: 'VX11_TLS_CERT_FILE', key: 'VX11_TLS_KEY_FILE' } as const;
/** Between the processes of an installation. */
export const internalTls = {
  cert: 'VX11_INTERNAL_TLS_CERT_FILE',
  key: 'VX11_INTERNAL_TLS_KEY_FILE',
  ca: 'VX11_INTERNAL_TLS_CA_FILE',
} as const;
export const redisTls = {
  cert: 'VX11_REDIS_TLS_CERT_FILE',
  key: 'VX11_REDIS_TLS_KEY_FILE',
  ca: 'VX11_REDIS_TLS_CA_FILE',
} as const;
/** By the names that Temporal's own tools have for them. */
export const temporalTls = {
  cert: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
  key: 'TEMPORAL_TLS_CLIENT_KEY_PATH',
  ca: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
} as const;

export const gatewayTlsVariables = [
  gatewayTls.cert,
  gatewayTls.key,
  'VX11_TLS_HSTS_SECONDS',
] as const;
export const internalTlsVariables = [internalTls.cert, internalTls.key, internalTls.ca] as const;
export const redisTlsVariables = [redisTls.cert, redisTls.key, redisTls.ca] as const;
/** What a process reads to reach Temporal. */
export const temporalVariables = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_API_KEY',
  'TEMPORAL_API_KEY_FILE',
  temporalTls.cert,
  temporalTls.key,
  temporalTls.ca,
] as const;
