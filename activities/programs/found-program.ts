import { z } from 'zod';
import { programFinding } from '../../contracts/programs.ts';
import type { FoundProgram, ProgramAnswer } from '../../domain/programs/finding.ts';

/** As many as the table has names, in every kind of root. */
const mostFound = 1000;

/** What hermes may report: it reads files of others, so madre checks its findings before it stores them. */
export const foundPrograms: z.ZodType<FoundProgram[]> = z
  .array(
    programFinding.extend({
      identity: z
        .strictObject({
          realpath: z.string().max(4096),
          inode: z.string().max(40),
          size: z.number(),
          mtime_ms: z.number(),
        })
        .nullable(),
      asked: z.boolean(),
    }),
  )
  .max(mostFound);

export const programAnswers: z.ZodType<Record<string, ProgramAnswer>> = z.record(
  z.string().max(100),
  programFinding.pick({ version: true, version_from: true, usable: true, reason: true }).strict(),
);
