import type { Role } from '../role.ts';

/**
 * Audio: analyses, mixes and masters audio on request, with tools that are too heavy to run all day.
 * So far it only describes itself; its work comes with its own issue.
 */
export const role = {
  name: 'shubniggurath',
  port: 8007,
  taskQueue: 'shubniggurath',
  sentence: 'Analyses, mixes and masters audio on request.',
  activities: {},
} satisfies Role;
