import { createHmac, randomBytes } from 'node:crypto';

const shown = 12;

/** Seals values under the installation's key; without one, under a key of this process, so that none can be guessed. */
export function createSeal(key: string | null): (value: string) => string {
  const secret = key ?? randomBytes(32).toString('hex');
  return (value) => {
    const hmac = createHmac('sha256', secret).update(`drift\n${value}`);
    return `hmac:${hmac.digest('hex').slice(0, shown)}`;
  };
}
