import type { DriftAudit, JudgedFinding } from '../../contracts/drift.ts';
import type { AuditEnd, Covered } from '../../domain/drift/audit.ts';
import type { Facts } from '../../domain/drift/facts.ts';

/** A part of the facts of a host, small enough for a message. */
export interface FactsPiece {
  facts: Facts;
  covered: Covered;
  /** The number of the next piece; null if this is the last one. */
  next: number | null;
}

/** manifestator's own activity, on its queue. It reads and stores nothing. */
export interface ManifestatorActivities {
  judgeFacts(input: { facts: Facts }): Promise<JudgedFinding[]>;
}

/** What a host's power worker does for an audit: it alone reads the Engine and writes the store. Each is safe to run twice. */
export interface AuditActivities {
  /** Compares the stack with its files. @param piece 0 reads; the others are what is left of that reading */
  readFacts(input: { audit_id: string; piece: number }): Promise<FactsPiece>;
  /** Stores what was found, and the end of the audit. */
  endAudit(input: { audit_id: string; end: AuditEnd }): Promise<DriftAudit>;
}
