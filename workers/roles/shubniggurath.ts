import type { Role } from '../role.ts';

/**
 * Audio: analyses, mixes and masters audio on request, with the heavy tools that nobody wants running all day.
 * It has no work yet beyond answering who it is: that comes with its own issue.
 */
export const role = {
  name: 'shubniggurath',
  port: 8007,
  taskQueue: 'shubniggurath',
  sentence: 'Analyses, mixes and masters audio on request.',
  activities: {},
} satisfies Role;
