/** The tables of what reads the event log, notices and traces, and of scheduled windows. */
export interface NoticeTables {
  /** How far each host has read the event log: the number of the last event. */
  notice_cursors: { host: string; seq: number };
  /** The same for what was sent as traces. */
  trace_cursors: { host: string; seq: number };
  notices: {
    /** From what it is about and the channel, so that no channel gets it twice. */
    id: string;
    host: string;
    channel: string;
    severity: string;
    at: number;
    /** Before this it is not sent: quiet hours. */
    due_at: number;
    record: string;
    /** What it is about; null for those that are older than this column. */
    subject: string | null;
    /** Null until it is part of a message. */
    message_id: string | null;
  };
  notice_messages: {
    id: string;
    host: string;
    channel: string;
    status: string;
    attempts: number;
    created_at: number;
    /** Null once it has ended. */
    next_at: number | null;
    ended_at: number | null;
    error: string | null;
  };
  window_schedules: {
    host: string;
    name: string;
    /** `file` or `api`. */
    source: string;
    spec: string;
    paused: number;
    note: string | null;
    /** Occurrences up to this instant have been decided. */
    decided_until: number;
    /** What its workflow was last signalled of; empty if nothing. */
    signalled: string;
    owner: string;
    /** The principal of its owner; null for one of the compose file. */
    owner_id: string | null;
    created_at: number;
  };
  window_occurrences: {
    host: string;
    name: string;
    /** Its local date and time; with the offset where the hour is repeated. */
    slot: string;
    at: number;
    outcome: string;
    window_id: string | null;
    detail: string | null;
    decided_at: number;
  };
}
