/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to do; set unless all is well. */
  readonly fix?: string;
}

export function ok(name: string, message: string): Finding {
  return { name, state: "ok", message };
}

export function warning(name: string, message: string, fix: string): Finding {
  return { name, state: "warning", message, fix };
}

export function problem(name: string, message: string, fix: string): Finding {
  return { name, state: "problem", message, fix };
}
