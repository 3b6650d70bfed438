/**
 * The search attributes of windows, plans and tasks, with Temporal's names of their types. A workflow that sets one does not
 * start in a namespace that lacks it.
 */
export const searchAttributeTypes = {
  VX11Service: 'KeywordList',
  VX11Owner: 'Keyword',
  VX11Host: 'Keyword',
  VX11State: 'Keyword',
  VX11Deadline: 'Datetime',
} as const;
