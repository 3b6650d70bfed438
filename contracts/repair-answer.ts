import { z } from 'zod';
import { patchOperations } from './patch-operation.ts';

/** What a model quotes as a proof: the text has to stand in what it was shown. */
const quotedFact = z.strictObject({
  quote: z.string().max(1000),
  in: z.enum(['log', 'file', 'check', 'engine', 'compose']),
  /** The service, file or check; of no use for `compose`. */
  name: z.string().max(1000).default(''),
});

/** A block that is searched and replaced; an empty `old` makes a new file. */
export const searchReplace = z.strictObject({
  file: z.string().min(1).max(1000),
  old: z.string().max(20_000),
  new: z.string().max(20_000),
});
export type SearchReplace = z.infer<typeof searchReplace>;

/** The answer that a model gives to the question of what is broken. No findings: it cannot say. */
export const repairModelAnswer = z.strictObject({
  findings: z
    .array(
      z.strictObject({
        service: z.string().max(100).nullable(),
        cause: z.string().min(1).max(500),
        facts: z.array(quotedFact).max(10),
        guesses: z.array(z.string().max(500)).max(10).default([]),
        confidence: z.number().min(0).max(1),
        edits: z.array(searchReplace).max(20),
      }),
    )
    .max(5),
});
export type RepairModelAnswer = z.infer<typeof repairModelAnswer>;

/** What a model answers that is asked for a patch of drift. */
export const patchAnswer = z.strictObject({
  reasoning: z.string().min(1).max(2000),
  operations: patchOperations,
});
