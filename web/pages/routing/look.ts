/** How often to read what was decided: the event log has an event for what is left alone, and none for each request. */
export const lookMs = 10_000;
