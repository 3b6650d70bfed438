import type { EventRecord } from '../../contracts/event.ts';
import type { Notice } from '../../contracts/notice.ts';

type NoticeText = Pick<Notice, 'type' | 'severity' | 'title' | 'text' | 'subject'>;

/** What people are notified of by an event; null if by nothing. */
export type Describe = (event: EventRecord) => NoticeText | null;

export const textOf = (event: EventRecord, key: string): string => {
  const value = event.payload[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
