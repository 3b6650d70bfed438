import type { EventRecord } from '../../../contracts/event.ts';

/** What an event says. @param about the service, window or target that it is about */
export type Sentence = (event: EventRecord, about: string) => readonly [en: string, es: string];

/** A value as text; empty for anything else. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A member of an event's payload as text; empty if it has none. */
export const payload = ({ payload: all }: EventRecord, key: string): string => text(all[key]);
