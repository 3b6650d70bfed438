import type { ChannelSource, SecretSource } from '../../contracts/notice-channel.ts';

const where = (secret: SecretSource): string =>
  'env' in secret ? `the URL in ${secret.env}` : `the URL in the file ${secret.file}`;

/** Where a channel leads to, as people may see it: nothing of it is secret. */
export function channelAddress(source: ChannelSource): string {
  switch (source.type) {
    case 'ntfy':
      return `${source.url.replace(/\/+$/, '')}/${source.topic}`;
    case 'slack':
    case 'discord':
      return where(source.url);
    case 'webhook':
      return typeof source.url === 'string' ? originOf(source.url) : where(source.url);
    case 'email':
      return `${[source.to].flat().join(', ')} by ${source.host}`;
    default:
      return source.url;
  }
}

/** The path of a webhook may be a secret. */
const originOf = (url: string): string => /^https?:\/\/[^/?#]+/.exec(url)?.[0] ?? '';
