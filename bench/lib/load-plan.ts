/** A WhatsApp number whose customers write. */
export interface LoadTarget {
  /** The webhook's path. */
  readonly path: string;
  readonly appSecret: string;
  readonly phoneNumberId: string;
  /** Phone numbers of customers who are known: this one and those that follow it. */
  readonly firstPhone: number;
  readonly customers: number;
}

/** What a load generator is to send: webhooks signed as Meta signs them. */
export interface LoadPlan extends LoadTarget {
  /** Of the server, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Other numbers: webhooks go to the plan's own and to these in turn. */
  readonly others?: readonly LoadTarget[];
  readonly messages: number;
  /** Messages in one webhook. */
  readonly batch: number;
  /** Every so many messages comes from somebody new; 0: none does. */
  readonly newcomerEvery: number;
  /** Keep-alive connections; each has one webhook under way at a time. */
  readonly connections: number;
  /** Webhooks a second, sent when their time has come; `null`: as fast as they are answered. */
  readonly perSecond: number | null;
  /** Sends what was answered with 503 again, after the time that `Retry-After` names. */
  readonly retries: boolean;
}

/** What came of a plan. */
export interface LoadReport {
  /** When the first webhook should have been sent, epoch ms with fractions. */
  readonly beganAt: number;
  /** From the first webhook sent to the last one answered. */
  readonly seconds: number;
  /** HTTP status → how many webhooks were answered so. 0: the connection was lost. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of webhooks answered with 200, in ms since each should have been sent. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** The shortest and the longest `Retry-After`, in seconds; `null`: nobody was told one. */
  readonly retryAfter: { readonly least: number; readonly most: number } | null;
  /** What was answered in each quarter of a second. */
  readonly quarters: readonly LoadQuarter[];
  /** External ids of the messages whose webhooks were answered with 200. */
  readonly acknowledged: readonly string[];
  /** The generator's own user and system time. */
  readonly cpuSeconds: number;
}

export interface LoadQuarter {
  readonly taken: number;
  readonly refused: number;
  /** The longest that a webhook answered with 200 took, in ms. */
  readonly slowestMs: number;
}

/** The place of a message in its plan is the end of its external id. */
export const NUMBER_DIGITS = 10;
