import { type BusinessAct, PunctualError, type SessionAct } from "@punctual/contract";
import { type Actor, may, mayOnSession, type SessionAccess } from "./may.ts";

/** Throws `not_allowed` unless the member may do this in their business. */
export function authorize(actor: Actor, act: BusinessAct): void {
  if (!may(actor, act)) throw new PunctualError("not_allowed");
}

/** Throws `not_allowed` unless the member may do this to the session. */
export function authorizeOnSession(actor: Actor, act: SessionAct, session: SessionAccess): void {
  if (mayOnSession(actor, act, session)) return;
  throw new PunctualError(
    "not_allowed",
    act === "retryParked" ? undefined : "This session is held by somebody else.",
  );
}
