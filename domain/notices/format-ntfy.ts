import type { NoticeSeverity } from '../../contracts/notice.ts';
import type { Digest } from './digest.ts';
import { cutBytes } from './limits.ts';

const priorities: Record<NoticeSeverity, number> = { info: 2, warn: 3, high: 4, critical: 5 };
const tags: Record<NoticeSeverity, string> = {
  info: 'information_source',
  warn: 'hourglass',
  high: 'warning',
  critical: 'rotating_light',
};

/** The JSON that ntfy takes at its root: a title up to 1 KB, a text up to 4 KB, shown as plain text. */
export const ntfyBody = (topic: string, { severity, title, text }: Digest) => ({
  topic,
  title: cutBytes(title, 1000),
  message: cutBytes(text, 4000),
  priority: priorities[severity],
  tags: [tags[severity]],
});
