import { z } from 'zod';
import { eventType, type EventRecord, type EventType } from '../../contracts/event.ts';
import { planId } from '../../contracts/plan.ts';
import { windowId } from '../../contracts/text.ts';

/** Which events to show: the same for streams and the history. */
export const eventFilterQuery = {
  window_id: windowId.optional(),
  plan_id: planId.optional(),
  type: z
    .string()
    .max(2000)
    .transform((list) => [...new Set(list.split(','))])
    .pipe(z.array(eventType))
    .optional()
    .meta({
      description: 'One type or several, with commas between',
      examples: ['window.open,window.closed'],
    }),
};

/** Whether an event of a stream is to be shown. */
export const eventFilter =
  ({
    window_id,
    plan_id,
    type,
  }: {
    window_id?: string | undefined;
    plan_id?: string | undefined;
    type?: EventType[] | undefined;
  }) =>
  (event: EventRecord): boolean =>
    (window_id === undefined || event.window_id === window_id) &&
    (plan_id === undefined || event.payload['plan_id'] === plan_id) &&
    (type === undefined || type.includes(event.type));
