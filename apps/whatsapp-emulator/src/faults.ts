import { z } from "zod";

const Scope = {
  /** How often it applies; for `batch` and `reorder` one group is one time. */
  times: z.union([z.literal("always"), z.number().int().min(1)]).default("always"),
  customerId: z.string().nullable().default(null),
  phoneNumberId: z.string().nullable().default(null),
};

const WebhookScope = {
  ...Scope,
  /** Which updates it takes: customers' messages, statuses, echoes, or all (others included). */
  updates: z.enum(["all", "messages", "statuses", "echoes"]).default("all"),
  /** Takes only this status, such as `delivered`. */
  status: z.string().nullable().default(null),
};

const Milliseconds = z.number().int().min(0).max(600_000);

/** A switch that makes the emulator misbehave, as Meta sometimes does. Documented in the README. */
export const FaultInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("lose"), ...WebhookScope }),
  z.strictObject({ kind: z.literal("delay"), ms: Milliseconds, ...WebhookScope }),
  z.strictObject({
    kind: z.literal("duplicate"),
    /** POSTs in all. */
    copies: z.number().int().min(2).max(50).default(2),
    /** All at the same moment, rather than each after the answer to the one before. */
    concurrent: z.boolean().default(false),
    ...WebhookScope,
  }),
  z.strictObject({
    kind: z.literal("reorder"),
    /** How many updates are gathered and then sent last first. */
    size: z.number().int().min(2).max(1_000).default(2),
    ...WebhookScope,
  }),
  z.strictObject({
    kind: z.literal("batch"),
    /** How many updates are gathered into one POST. A flush sends fewer. */
    max: z.number().int().min(2).max(1_000).default(1_000),
    shape: z.enum(["messages", "changes", "entries"]).default("messages"),
    ...WebhookScope,
  }),
  z.strictObject({
    kind: z.literal("error"),
    code: z.number().int().min(0),
    httpStatus: z.number().int().min(400).max(599).nullable().default(null),
    title: z.string().nullable().default(null),
    details: z.string().nullable().default(null),
    ...Scope,
  }),
  z.strictObject({
    kind: z.literal("serverError"),
    httpStatus: z.number().int().min(500).max(599).default(503),
    body: z.enum(["json", "html", "empty"]).default("json"),
    ...Scope,
  }),
  z.strictObject({
    kind: z.literal("acceptedNoAnswer"),
    /** Cut the connection, or leave it open without ever answering. */
    socket: z.enum(["destroy", "hang"]).default("destroy"),
    ...Scope,
  }),
  z.strictObject({ kind: z.literal("droppedNotAccepted"), ...Scope }),
  z.strictObject({ kind: z.literal("slowAnswer"), ms: Milliseconds, ...Scope }),
  z.strictObject({ kind: z.literal("statusBeforeAnswer"), ...Scope }),
  z.strictObject({
    kind: z.literal("failLater"),
    code: z.number().int().min(0),
    title: z.string().nullable().default(null),
    afterMs: Milliseconds.default(0),
    ...Scope,
  }),
]);
export type FaultInput = z.input<typeof FaultInput>;
export type FaultSpec = z.infer<typeof FaultInput>;
export type FaultKind = FaultSpec["kind"];
export type FaultOf<K extends FaultKind> = Extract<FaultSpec, { kind: K }>;

/** A fault that is set. `remaining` counts down to its end. */
export interface Fault<S extends FaultSpec = FaultSpec> {
  readonly id: string;
  readonly spec: S;
  remaining: number | "always";
  /** How often it has applied. */
  applied: number;
}

/** What a fault's scope is compared with. */
export interface FaultSubject {
  readonly customerId: string | null;
  readonly phoneNumberId: string;
  readonly update?: "message" | "status" | "echo" | "other";
  readonly status?: string | null;
}

/**
 * The faults that are set, in the order they were set. The first that fits is the one that applies.
 */
export interface FaultList {
  readonly faults: Fault[];
  nextId: number;
}

export function createFaultList(): FaultList {
  return { faults: [], nextId: 1 };
}

export function addFault(list: FaultList, spec: FaultSpec): Fault {
  const fault: Fault = { id: `f${list.nextId}`, spec, remaining: spec.times, applied: 0 };
  list.nextId += 1;
  list.faults.push(fault);
  return fault;
}

/** The fault of this kind that fits, without counting it. */
export function findFault<K extends FaultKind>(
  list: FaultList,
  kind: K,
  subject: FaultSubject,
): Fault<FaultOf<K>> | null {
  for (const fault of list.faults) {
    if (isOfKind(fault, kind) && fault.remaining !== 0 && fits(fault.spec, subject)) return fault;
  }
  return null;
}

/** The same, counted as applied. */
export function takeFault<K extends FaultKind>(
  list: FaultList,
  kind: K,
  subject: FaultSubject,
): FaultOf<K> | null {
  const fault = findFault(list, kind, subject);
  if (fault === null) return null;
  countFault(fault);
  return fault.spec;
}

export function countFault(fault: Fault): void {
  fault.applied += 1;
  if (fault.remaining !== "always") fault.remaining -= 1;
}

function isOfKind<K extends FaultKind>(fault: Fault, kind: K): fault is Fault<FaultOf<K>> {
  return fault.spec.kind === kind;
}

const UPDATES = { messages: "message", statuses: "status", echoes: "echo" } as const;

function fits(spec: FaultSpec, subject: FaultSubject): boolean {
  if (spec.customerId !== null && spec.customerId !== subject.customerId) return false;
  if (spec.phoneNumberId !== null && spec.phoneNumberId !== subject.phoneNumberId) return false;
  if (!("updates" in spec)) return true;
  if (spec.updates !== "all" && UPDATES[spec.updates] !== subject.update) return false;
  return spec.status === null || spec.status === subject.status;
}
