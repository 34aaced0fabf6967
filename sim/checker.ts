import type { Queryable } from "../apps/server/src/platform/database.ts";
import type { Witness } from "./witness.ts";

/** Something that must never happen, and did. */
export interface SimViolation {
  /** The section and rule of clock.md: `§9.3`. */
  readonly rule: string;
  readonly what: string;
  readonly sessionId: string | null;
}

/** Judges what is committed. Reads through a connection that is no part of the simulation. */
export interface Checker {
  /** Judges what was committed since the last look; called after every single commit. */
  afterStep(now: number): Promise<readonly SimViolation[]>;
  /** Judges everything, after the world has settled: all nodes up, no input for a while. */
  atEnd(now: number): Promise<readonly SimViolation[]>;
}

export type CreateChecker = (observer: Queryable, witness: Witness) => Promise<Checker>;
