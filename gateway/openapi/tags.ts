/** What each tag of a route is about, in the order in which people read. */
export const tags = {
  windows: 'Open, extend and close services for a limited time; each close writes a receipt.',
  tasks: 'Run code or a program once, in a sandbox, and read what came of it.',
  results: 'What became of anything that was asked, by any of its ids.',
  madre: 'Ask in words, or by name, for something to be done; madre plans it and runs it.',
  plans: 'Plans that wait for an agreement, run, or have ended.',
  status: 'What runs, what sleeps, and how VX11 itself is.',
  events: 'The append-only log, as it grows.',
  operator: 'The same for people who run the machine: status, power and policy.',
  autonomy: 'The loop in which madre decides by herself, and what she decided.',
  rails: 'What scanners found, and the lanes that say what may be done about it.',
  audit: 'Proofs that nobody changed a log, and copies that prove themselves.',
  tokens: 'Tokens: made, listed, replaced and revoked.',
} as const;
