import { z } from 'zod';
import type { EventType } from './event.ts';
import { instant, jsonValue } from './text.ts';

const text = z.string().min(1).max(2048);
const number = z.number();

/** The fields that the payload of each type needs, and its longest JSON in bytes. Further fields are kept. */
export const ingestTypes = {
  'system.alert': {
    payload: z.looseObject({ alert_id: text, severity: text, message: text, timestamp: instant }),
    maxBytes: 2048,
  },
  'system.correlation.updated': {
    payload: z.looseObject({
      correlation_id: text,
      related_events: z.array(jsonValue),
      strength: number,
      timestamp: instant,
    }),
    maxBytes: 2048,
  },
  'forensic.snapshot.created': {
    payload: z.looseObject({ snapshot_id: text, reason: text, timestamp: instant }),
    maxBytes: 1024,
  },
  'madre.decision.explained': {
    payload: z.looseObject({
      decision_id: text,
      summary: text,
      confidence: number,
      timestamp: instant,
    }),
    maxBytes: 3072,
  },
  'switch.tension.updated': {
    payload: z.looseObject({
      value: z.int(),
      components: z.record(z.string(), jsonValue),
      timestamp: instant,
    }),
    maxBytes: 1024,
  },
  'shub.action.narrated': {
    payload: z.looseObject({ action: text, reason: text, next_step: text, timestamp: instant }),
    maxBytes: 2048,
  },
} as const satisfies Partial<Record<EventType, { payload: z.ZodType; maxBytes: number }>>;

export type IngestType = keyof typeof ingestTypes;
const ingestType = z.enum(Object.keys(ingestTypes) as [IngestType, ...IngestType[]]);

export const ingestBody = z.strictObject({
  source: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'The program that reports it; the log also names the token' }),
  type: ingestType,
  payload: z.record(z.string().max(128), jsonValue),
  metadata: z.record(z.string().max(128), jsonValue).optional(),
  broadcast: z
    .boolean()
    .optional()
    .meta({ description: 'No effect: every event of the log is streamed' }),
});

export const ingestAnswer = z.strictObject({
  status: z.enum(['received', 'rejected']),
  source: z.string(),
  type: ingestType,
  reason: z.enum(['schema_validation_failed', 'too_large']).optional(),
  problems: z.array(z.string()).optional(),
});
