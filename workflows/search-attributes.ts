import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * What windows can be found by in Temporal's UI. Never encrypted there: no secrets, no free text.
 * The server refuses to start a window while one of them is not registered with it.
 */
export const searchAttributes = {
  services: defineSearchAttributeKey('VX11Service', 'KEYWORD_LIST'),
  owner: defineSearchAttributeKey('VX11Owner', 'KEYWORD'),
  host: defineSearchAttributeKey('VX11Host', 'KEYWORD'),
  state: defineSearchAttributeKey('VX11State', 'KEYWORD'),
  deadline: defineSearchAttributeKey('VX11Deadline', 'DATETIME'),
};
