/** The description of each tag, in reading order. */
export const tags = {
  windows: 'Open, extend and close services for a limited time; each close writes a receipt.',
  tasks: 'Run code or a program once, in a sandbox, and read its result.',
  checks: 'Wake services, check them, and prove that they sleep again.',
  schedules: 'Windows that open by themselves.',
  notices: 'Notifications: their channels, and the outbox.',
  repairs: 'Find, prove and propose patches for what checks show; and the patches that were made.',
  programs: 'The programs that each host has, and where; hermes finds them.',
  models:
    'Ask a language model, chosen among all that are known here, and why; the models that each host has, and what the hub has.',
  drift: 'What is not as the compose files declare it; manifestator judges it.',
  results: 'The result of any request, by any of its ids.',
  madre: 'Ask in words, or by name, for something to be done; madre plans it and runs it.',
  plans: 'Plans that wait for a confirmation, run, or have ended.',
  status: 'What runs, what sleeps, and the health of VX11 itself.',
  events: 'The append-only log, as it grows.',
  operator: 'The same for people who run the machine: status, power and policy.',
  agents: 'The door for agents: they read, and ask for what a person then confirms.',
  autonomy: 'The loop in which madre decides by itself, and its decisions.',
  rails: 'Findings of scanners, and the lanes that say what may be done about them.',
  audit: 'Proofs that no log was changed, and exports that can be verified.',
  tokens: 'Create, list, rotate and revoke tokens.',
} as const;
