import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * Search attributes for windows, plans and tasks in Temporal's UI. They are never encrypted: no secrets, no free text.
 * The server refuses to start a workflow while one of them is not registered.
 */
export const searchAttributes = {
  services: defineSearchAttributeKey('VX11Service', 'KEYWORD_LIST'),
  owner: defineSearchAttributeKey('VX11Owner', 'KEYWORD'),
  host: defineSearchAttributeKey('VX11Host', 'KEYWORD'),
  state: defineSearchAttributeKey('VX11State', 'KEYWORD'),
  deadline: defineSearchAttributeKey('VX11Deadline', 'DATETIME'),
};
