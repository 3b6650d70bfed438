import type { ChannelSource } from '../../contracts/notice-channel.ts';
import type { Digest } from '../../domain/notices/digest.ts';
import { discordBody, slackBody } from '../../domain/notices/format-chat.ts';
import { ntfyBody } from '../../domain/notices/format-ntfy.ts';
import { appriseBody, webhookBody } from '../../domain/notices/format-other.ts';
import { outcomeOfAnswer } from '../../domain/notices/next-try.ts';
import { postPublic } from '../../platform/network/post-public.ts';
import type { Deliver, DeliveryDeps } from './deps.ts';
import { failureOf, limitMs } from './failure.ts';
import { signedHeaders } from './sign.ts';

interface HttpMessage {
  url: string;
  body: string;
  headers: Record<string, string>;
}

type HttpSource = Exclude<ChannelSource, { type: 'email' }>;

/** Sends messages to channels, each try within 5 s. */
export const createDeliver =
  (deps: DeliveryDeps): Deliver =>
  async (source, message) => {
    try {
      if (source.type === 'email') {
        // its library is loaded by the first e-mail only
        const { sendMail } = await import('./send-mail.ts');
        return await sendMail(deps, source, message);
      }
      const { url, body, headers } = await requestOf(deps, source, message);
      const { allowed, clock } = deps;
      const answer = await postPublic(url, body, headers, { allowed, limitMs });
      return outcomeOfAnswer(answer.status, answer.headers['retry-after'], answer.body, clock());
    } catch (error) {
      return failureOf(error);
    }
  };

async function requestOf(
  { secret, clock }: DeliveryDeps,
  source: HttpSource,
  message: Digest,
): Promise<HttpMessage> {
  const json = (
    url: string,
    value: unknown,
    headers: Record<string, string> = {},
  ): HttpMessage => ({
    url,
    body: JSON.stringify(value),
    headers: { ...headers, 'user-agent': 'vx11' },
  });
  switch (source.type) {
    case 'ntfy': {
      const token = source.token === undefined ? null : await secret(source.token);
      const login = token === null ? {} : { authorization: `Bearer ${token}` };
      return json(source.url, ntfyBody(source.topic, message), login);
    }
    case 'slack':
      return json(await secret(source.url), slackBody(message));
    case 'discord':
      return json(await secret(source.url), discordBody(message));
    case 'webhook': {
      const url = typeof source.url === 'string' ? source.url : await secret(source.url);
      const secrets = await Promise.all([source.secret].flat().map((one) => secret(one)));
      const request = json(url, webhookBody(message));
      const seconds = Math.floor(clock() / 1000);
      const signed = signedHeaders(message.id, request.body, secrets, seconds);
      return { ...request, headers: { ...request.headers, ...signed } };
    }
    default: {
      const root = source.url.replace(/\/+$/, '');
      const tag = source.tag === undefined ? {} : { tag: source.tag };
      const body = { ...appriseBody(message), ...tag };
      if (source.key !== undefined) return json(`${root}/notify/${source.key}`, body);
      return json(`${root}/notify`, { ...body, urls: await secret(source.urls!) });
    }
  }
}
