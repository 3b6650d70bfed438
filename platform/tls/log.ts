import type { Following } from './live.ts';

/** As far as it is needed of a logger. */
export interface Log {
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
  error(about: object, text: string): void;
}

const dayMs = 86_400_000;
/** From here on, the log warns of the end of a certificate. */
export const warnDays = 14;

/** How many whole days are left; negative after the end. @param now epoch ms */
export const daysLeft = (expiresAt: number, now: number): number =>
  Math.floor((expiresAt - now) / dayMs);

/** Logs reloads and what prevents them. @param what such as `the certificate of the gateway` */
export const logged = <T extends { expiresAt: number | null }>(
  log: Log,
  what: string,
): Following<T> => ({
  onReload: ({ expiresAt }) =>
    log.info(
      { expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString() },
      `${what} was read again`,
    ),
  onFailure: (error) =>
    log.error({ err: error }, `${what} has changed and cannot be used; the one before stays`),
});

/**
 * Logs once a day that a certificate ends soon, and that it has ended.
 * @returns ends that
 */
export function logExpiry(
  log: Log,
  what: string,
  current: () => { expiresAt: number | null },
): () => void {
  const look = (): void => {
    const { expiresAt } = current();
    if (expiresAt === null) return;
    const days = daysLeft(expiresAt, Date.now());
    const about = { expires_at: new Date(expiresAt).toISOString() };
    if (days < 0) log.error(about, `${what} has expired: renew it and write it to the same file`);
    else if (days < warnDays)
      log.warn(about, `${what} expires in ${days} days: renew it and write it to the same file`);
  };
  look();
  const timer = setInterval(look, dayMs);
  timer.unref();
  return () => clearInterval(timer);
}
