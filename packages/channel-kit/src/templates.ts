import type { MessageTemplate } from "@punctual/contract";

/** What became of asking for the templates. */
export type TemplatesAnswer =
  | { readonly type: "listed"; readonly templates: readonly MessageTemplate[] }
  /** The channel's configuration doesn't say whose templates; `message` says what to add. */
  | { readonly type: "notConfigured"; readonly message: string }
  | { readonly type: "failed"; readonly message: string };

/** Messages that the provider approved beforehand. */
export interface ChannelTemplates<Config> {
  /** All that may be sent now, at most 1,000. Never throws. */
  list(
    config: Config,
    fetch: typeof globalThis.fetch,
    signal: AbortSignal,
  ): Promise<TemplatesAnswer>;
}
