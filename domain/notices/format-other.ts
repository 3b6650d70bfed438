import type { NoticeSeverity } from '../../contracts/notice.ts';
import type { Digest } from './digest.ts';
import { cut } from './limits.ts';

/** The body of a generic webhook. */
export const webhookBody = ({ id, severity, title, text, counts, notices }: Digest) => ({
  type: 'vx11.notices',
  timestamp: notices
    .map(({ at }) => at)
    .toSorted()
    .at(-1)!,
  data: { id, severity, title, text, counts, notices },
});

const kinds: Record<NoticeSeverity, string> = {
  info: 'info',
  warn: 'warning',
  high: 'warning',
  critical: 'failure',
};

/** The JSON of the Apprise API; `format: text` keeps it from reading the text as Markdown. */
export const appriseBody = ({ severity, title, text }: Digest) => ({
  title: cut(title, 250),
  body: cut(text, 4000),
  type: kinds[severity],
  format: 'text',
});

/** An e-mail as plain text. Messages about one thing refer to the same id, so that programs show them together. */
export const emailOf = ({ id, title, text, notices }: Digest, host: string) => {
  const subjects = new Set(notices.map(({ subject }) => subject));
  const [subject] = subjects;
  const thread = subjects.size === 1 ? subject!.replaceAll(/[^A-Za-z0-9._-]/g, '-') : null;
  return {
    subject: cut(`[VX11] ${title}`.replaceAll(/[\r\n]+/g, ' '), 200),
    text: `${title}\n\n${cut(text, 20_000)}\n\nSent by VX11 on ${host}; vx11 notify outbox lists what was sent.\n`,
    messageId: `<${id}@${host}.vx11>`,
    ...(thread !== null && { references: [`<${thread}@${host}.vx11>`] }),
  };
};
