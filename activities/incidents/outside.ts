import { connect } from 'node:tls';
import { withHeartbeat } from '../heartbeat.ts';
import type { HormigueroActivities, ServedCertificate } from './incident-activities.ts';

const connectMs = 5000;

/** hormiguero's looks at what is served over the network. */
export const createHormigueroActivities = (): HormigueroActivities => ({
  servedCertificates: ({ addresses }) =>
    withHeartbeat(async () => Promise.all(addresses.map(servedCertificate))),
});

/** Makes a new connection and reads the certificate that it is shown; whether it can be trusted is not the question. */
export const servedCertificate = (address: string): Promise<ServedCertificate> =>
  new Promise((resolve) => {
    const at = address.lastIndexOf(':');
    const [host, port] = [address.slice(0, at), Number(address.slice(at + 1))];
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false });
    const end = (expires_at: number | null): void => {
      socket.destroy();
      resolve({ address, expires_at });
    };
    socket.setTimeout(connectMs, () => end(null));
    socket.once('error', () => end(null));
    socket.once('secureConnect', () => {
      const expires = Date.parse(socket.getPeerCertificate().valid_to);
      end(Number.isNaN(expires) ? null : expires);
    });
  });
