import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { timeout } from '../../../platform/concurrency/timeout.ts';

export async function certificateOf({
  url,
  host,
}: {
  url: string;
  host: string;
}): Promise<{ issuer: string; until: string }> {
  const { hostname, port } = new URL(url);
  const peer = await timeout(
    1000,
    'reading the certificate',
    new Promise<PeerCertificate>((resolve, reject) => {
      const options = { host, port: Number(port || 443), servername: hostname };
      const socket = connectTls({ ...options, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate());
        socket.destroy();
      }).once('error', reject);
    }),
  );
  const { CN, O } = peer.issuer;
  return { issuer: String(CN ?? O ?? 'unknown'), until: peer.valid_to };
}
