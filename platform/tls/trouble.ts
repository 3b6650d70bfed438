const untrusted =
  'its certificate is not signed by an authority that is trusted here: name its CA file';
const wanted = 'it requires a client certificate that it trusts';

const expired = 'our certificate has expired: renew it';

/** Error codes of OpenSSL and Node. */
const byCode: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it there',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for other names: call it by one of them, or make a certificate for this one',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: wanted,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: wanted,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the authority of our certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: expired,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not accept our certificate',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no version of TLS that is accepted here',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it speaks no TLS on this port',
};

/** Words of gRPC's clients and of Postgres, which give no code. */
const byText: [RegExp, string][] = [
  [/UnknownIssuer|self-signed certificate|unable to (verify|get local issuer)/, untrusted],
  [/ExpiredContext|invalid peer certificate: Expired/, byCode['CERT_HAS_EXPIRED']!],
  [/certificate has expired/, byCode['CERT_HAS_EXPIRED']!],
  [/NotValidForName|certificate's altnames/, byCode['ERR_TLS_CERT_ALTNAME_INVALID']!],
  [/CertificateRequired|certificate required|valid client certificate/, wanted],
  [/no pg_hba.conf entry.*no encryption/, 'it takes connections by TLS only: see sslmode'],
  [/alert: UnknownCA|alert unknown ca/, byCode['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA']!],
  [/alert: CertificateExpired|alert certificate expired/, expired],
  [/InvalidContentType|wrong version number/, byCode['ERR_SSL_WRONG_VERSION_NUMBER']!],
  [/does not support SSL/, byCode['ERR_SSL_WRONG_VERSION_NUMBER']!],
  [/valid authentication credentials|UNAUTHENTICATED/, 'it does not accept the API key'],
  [
    /without sending TLS close_notify/,
    'it ended the connection: it may not accept our certificate',
  ],
];

/** Says in words what is wrong with a connection by TLS; null if the error and its causes are about something else. */
export function tlsTrouble(error: unknown): string | null {
  let at: unknown = error;
  for (let depth = 0; at instanceof Error && depth < 8; depth += 1) {
    const { code, message } = at as { code?: unknown; message: string };
    const known = typeof code === 'string' ? byCode[code] : undefined;
    const said = known ?? byText.find(([pattern]) => pattern.test(message))?.[1];
    if (said !== undefined) return said;
    at = at.cause;
  }
  return null;
}
