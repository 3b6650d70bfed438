import { z } from 'zod';
import { errorCatalog, type ErrorCode } from '../../contracts/errors.ts';
import { correlationId, instant } from '../../contracts/text.ts';

/** A code of the catalog. */
export const errorCode = z.enum(Object.keys(errorCatalog) as [ErrorCode, ...ErrorCode[]]);

/** RFC 9457 with our members. */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'Path of a page about it' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    error: errorCode,
    correlation_id: correlationId,
    errors: z.array(z.strictObject({ field: z.string(), problem: z.string() })).optional(),
  })
  .meta({
    examples: [
      {
        type: '/problems/service_not_allowed',
        title: 'Only services of the compose file can be used',
        status: 422,
        detail: 'nope is not in any compose file; services that can be opened: redis, web.',
        error: 'service_not_allowed',
        correlation_id: '0b0d6c1e-6f0e-4a8b-9d43-0c1f7a1c0e55',
      },
    ],
  });

/** The description of one error code, independent of any request. */
export const problemPage = z.strictObject({
  error: errorCode,
  status: z.int(),
  title: z.string(),
  retry: z.boolean(),
  next: z.string(),
});

declare module 'fastify' {
  interface FastifySchema {
    /** Unique and stable: generated clients name their functions after it. */
    operationId?: string;
    /** From openapi/tags.ts. */
    tags?: readonly string[];
    summary?: string;
    description?: string;
  }
}

/** The successful answers of a route; openapi/errors.ts adds its problems. */
export const answers = <T extends Record<number, unknown>>(good: T): T => good;

/** The query of a route that takes none: a parameter is refused, not ignored. */
export const noQuery = z.strictObject({});
export const noBody = z.strictObject({});

/** The `limit` of a list: a number from 1 to `most`; the default is `usual`. */
export const limitQuery = (most: number, usual: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `must be a number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.int().max(most, `must be a number from 1 to ${most}`))
    .optional()
    .transform((limit) => limit ?? usual)
    .meta({ description: `From 1 to ${most}; ${usual} where left out` });

const epochMs = instant.transform((text) => Date.parse(text)).optional();

/** The period of a list, in epoch ms: `from` is part of it, `to` is not. */
export const periodQuery = {
  from: epochMs.meta({ description: 'At this instant or later' }),
  to: epochMs.meta({ description: 'Before this instant' }),
};

/** The cursor of a paged list. */
export const cursorQuery = (form: RegExp) =>
  z.string().regex(form, 'must be the next_cursor of the last answer').optional();

/** How long a read may wait for the end of what it shows. */
export const waitQuery = z.strictObject({
  wait_seconds: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a number from 0 to 60')
    .transform(Number)
    .pipe(z.int().max(60))
    .optional()
    .meta({ description: 'How long to wait for the end; default 0' }),
});

export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .meta({
      description:
        'The same key with the same request returns the first answer, for 48 hours. A retry of a request that was cut off ' +
        'continues it; while the first one runs, and up to 3 s after its gateway died, a retry is 409 request_in_flight. ' +
        'Only a stop or restart of a service by name, and solo madre, may be carried out twice.',
      examples: ['open-redis-2026-11-21'],
    }),
});
