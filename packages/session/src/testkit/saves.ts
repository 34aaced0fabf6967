import type { ApplyTo, ClockOverride, ClockSettings } from "@punctual/contract";
import {
  type SettingsChoice,
  type SettingsInForce,
  type SettingsVersions,
  settingsInForce,
} from "../index.ts";

export type Save = { readonly applyTo: ApplyTo } & (
  | { readonly scope: "account"; readonly settings: ClockSettings }
  | { readonly scope: "channel"; readonly settings: ClockOverride }
);

type Version = Save & { readonly version: number };

/** Every version of an account's settings and of one channel's override, as the store keeps them. */
export class Saves {
  readonly #versions: Version[];
  readonly #inForce = new Map<string, SettingsInForce>();

  constructor(account: ClockSettings) {
    this.#versions = [{ scope: "account", version: 1, applyTo: "all", settings: account }];
  }

  add(save: Save): void {
    this.#versions.push({ ...save, version: (this.#latest(save.scope) ?? 0) + 1 });
  }

  /** What a session with these versions may choose from (clock.md §2); `undefined`: a new session. */
  choice(versions: SettingsVersions | undefined): SettingsChoice {
    const newest = this.inForce({
      account: this.#latest("account") ?? 1,
      channel: this.#latest("channel"),
    });
    if (versions === undefined) return { current: newest, newest };
    const current = this.inForce({
      account: Math.max(versions.account, this.#latest("account", "all") ?? 1),
      channel: later(versions.channel, this.#latest("channel", "all")),
    });
    return { current, newest };
  }

  inForce(versions: SettingsVersions): SettingsInForce {
    const key = `${versions.account}/${versions.channel}`;
    const known = this.#inForce.get(key);
    if (known !== undefined) return known;
    const account = this.#versions.find((each) => isVersion(each, "account", versions.account));
    const channel = this.#versions.find((each) => isVersion(each, "channel", versions.channel));
    if (account?.scope !== "account") throw new Error(`no version ${versions.account}`);
    const override = channel?.scope === "channel" ? channel.settings : null;
    const { closure, reassign, reply } = account.settings;
    const settings = settingsInForce({ closure, reassign, reply }, override, versions);
    this.#inForce.set(key, settings);
    return settings;
  }

  #latest(scope: Save["scope"], applyTo?: ApplyTo): number | null {
    const save = this.#versions.findLast(
      (each) => each.scope === scope && (applyTo === undefined || each.applyTo === applyTo),
    );
    return save?.version ?? null;
  }
}

function isVersion(save: Version, scope: Save["scope"], version: number | null): boolean {
  return save.scope === scope && save.version === version;
}

function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
