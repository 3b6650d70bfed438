import type { Role } from '../role.ts';

/**
 * Scans: looks for drift, faults and waste in what runs, and reports incidents; it detects and never acts.
 * So far it only describes itself; its work comes with its own issue.
 */
export const role = {
  name: 'hormiguero',
  port: 8004,
  taskQueue: 'hormiguero',
  sentence: 'Scans what runs for drift, faults and waste, and reports incidents.',
  activities: {},
} satisfies Role;
