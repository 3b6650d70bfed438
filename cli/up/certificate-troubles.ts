import { gatewayTls, internalTls, redisTls, temporalTls } from '../../contracts/tls.ts';
import { tlsFilesOf } from '../../platform/tls/files.ts';
import { readMaterial } from '../../platform/tls/material.ts';

/** What the certificates of each connection are for, and the variables that name their files. */
export const connections = [
  { what: 'the gateway', variables: gatewayTls },
  { what: 'gateway and madre', variables: internalTls },
  { what: 'Temporal', variables: temporalTls },
  { what: 'Redis', variables: redisTls },
] as const;

/** Certificates with which a process would not start. */
export function certificateTroubles(
  env: NodeJS.ProcessEnv,
): { sentence: string; permanent: true }[] {
  return connections.flatMap(({ variables }) => {
    try {
      readMaterial(tlsFilesOf(env, variables) ?? {}, Date.now());
      return [];
    } catch (error) {
      return [{ sentence: (error as Error).message, permanent: true as const }];
    }
  });
}
