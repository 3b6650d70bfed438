import type { NoticeSeverity } from '../../contracts/notice.ts';
import type { Digest } from './digest.ts';
import { cut } from './limits.ts';

const signs: Record<NoticeSeverity, string> = { info: 'ℹ', warn: '⏳', high: '⚠', critical: '🚨' };

/** Slack reads links, mentions and channels only between these. */
const forSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text that is cut before it is escaped may still be too long; it loses what does not fit, and no half entity stays. */
const slackText = (text: string, most: number): string => {
  const escaped = forSlack(text);
  return escaped.length <= most ? escaped : cut(escaped, most).replace(/&[a-z]{0,3}…$/, '…');
};

/** A message of an incoming webhook of Slack: a header of 150 characters and a section of 3,000. */
export const slackBody = ({ severity, title, text }: Digest) => ({
  text: slackText(`${signs[severity]} ${title}`, 3000),
  blocks: [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(`${signs[severity]} ${title}`, 150), emoji: false },
    },
    {
      type: 'section',
      // mrkdwn would find formats and links in the text of services
      text: { type: 'plain_text', text: cut(text, 3000), emoji: false },
    },
  ],
});

const colours: Record<NoticeSeverity, number> = {
  info: 0x64748b,
  warn: 0xd97706,
  high: 0xea580c,
  critical: 0xdc2626,
};

/** Marks of Discord's Markdown, of links and of mentions. */
const forDiscord = (text: string): string => text.replaceAll(/[\\*_~`|>#@[\]()<:-]/g, '\\$&');

const discordText = (text: string, most: number): string =>
  cut(forDiscord(text), most).replace(/\\+…$/, '…');

/** A message of a webhook of Discord, within 2,000 characters of content and 4,096 of an embed; it mentions nobody. */
export const discordBody = ({ severity, title, text }: Digest) => ({
  content: discordText(`${signs[severity]} ${title}`, 1000),
  embeds: [{ description: discordText(text, 4000), color: colours[severity] }],
  allowed_mentions: { parse: [] },
});
