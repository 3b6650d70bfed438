import { z } from 'zod';
import { planId } from '../../contracts/plan.ts';
import { taskId } from '../../contracts/task.ts';
import { hostName, serviceName, windowId } from '../../contracts/text.ts';

/** The fields that several tools take. Every number has bounds: without them hosts show those of 64-bit integers. */
export const field = {
  service: serviceName,
  host: hostName.describe('Only if several hosts have the service'),
  windowId,
  planId,
  taskId: taskId,
  cursor: z.string().max(200).describe('next_cursor of the last answer'),
  limit: (most: number) => z.int().min(1).max(most),
  wait: z.int().min(0).max(50).describe('Wait for a change this long; 25 is good'),
  reason: z.string().min(10).max(500).describe('Why, for the person who decides'),
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,64}$/)
    .describe('The same id asks for the same plan once'),
};
