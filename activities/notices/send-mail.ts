import { createTransport } from 'nodemailer';
import type { ChannelSource } from '../../contracts/notice-channel.ts';
import type { Digest } from '../../domain/notices/digest.ts';
import { emailOf } from '../../domain/notices/format-other.ts';
import type { TryOutcome } from '../../domain/notices/next-try.ts';
import { publicHost } from '../../platform/network/post-public.ts';
import type { DeliveryDeps } from './deps.ts';
import { failureOf, limitMs } from './failure.ts';

type EmailSource = Extract<ChannelSource, { type: 'email' }>;

const ports = { tls: 465, starttls: 587, none: 25 } as const;

/** Sends an e-mail by SMTP. The Message-ID is the same in every try, so that mail servers know a repeated one. */
export async function sendMail(
  { host, allowed, secret }: DeliveryDeps,
  source: EmailSource,
  message: Digest,
): Promise<TryOutcome> {
  const { security = 'starttls', user, password } = source;
  const auth = user === undefined ? {} : { auth: { user, pass: await secret(password!) } };
  const transport = createTransport({
    host: await publicHost(source.host, allowed),
    port: source.port ?? ports[security],
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { servername: source.host },
    ...auth,
    connectionTimeout: limitMs,
    greetingTimeout: limitMs,
    socketTimeout: limitMs,
    // a text of a service is text, never a file or an address
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { from, to } = source;
    await transport.sendMail({ from, to, ...emailOf(message, host) });
    return { ok: true };
  } catch (error) {
    const { responseCode } = error as { responseCode?: number };
    return { ...failureOf(error), final: responseCode !== undefined && responseCode >= 500 };
  } finally {
    transport.close();
  }
}
