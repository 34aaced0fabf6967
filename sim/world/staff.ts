/** The people of a business: they come and go, answer, and do whatever the inbox lets them do. */
import { PunctualError } from "@punctual/contract";
import {
  assignSession,
  markNoReplyNeeded,
  reopenSession,
  snoozeSession,
  takeSession,
} from "../../apps/server/src/actions/act-on-session.ts";
import { closeSession } from "../../apps/server/src/actions/close-session.ts";
import type { Deps, MemberIdentity } from "../../apps/server/src/actions/deps.ts";
import { leaveNote } from "../../apps/server/src/actions/leave-note.ts";
import { setStatus } from "../../apps/server/src/actions/presence.ts";
import { sendReply } from "../../apps/server/src/actions/send-reply.ts";
import { transferSession } from "../../apps/server/src/actions/transfer-session.ts";
import type { Presence } from "../../apps/server/src/loops/realtime-hub-presence.ts";
import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { Random } from "../kernel/random.ts";
import type { Simulation } from "../kernel/simulation.ts";
import type { BusinessPlan } from "../plan/plan.ts";
import type { Business, Customer } from "./business.ts";
import { identityOf } from "./customers.ts";
import type { Doors } from "./doors.ts";
import type { RunningNode } from "./fleet.ts";
import type { Provider } from "./provider.ts";

export interface StaffOptions {
  readonly simulation: Simulation;
  readonly plan: BusinessPlan;
  readonly business: Business;
  readonly doors: Doors;
  readonly provider: Provider;
  /** What a screen would show: read apart from the simulation. */
  readonly screen: Queryable;
}

interface SeenSession {
  readonly id: string;
  readonly assignee_id: string | null;
  readonly closed_at: number | null;
}

interface Shift {
  readonly member: MemberIdentity;
  socket: { readonly node: RunningNode; readonly presence: Presence } | null;
  here: boolean;
  /** They may not come in. */
  shutOut: boolean;
  /** Counted up when they are shut out: what they had in mind to do is off. */
  era: number;
}

const RECONNECT_MS = 4_000;

export class Staff {
  readonly #options: StaffOptions;
  readonly #random: Random;
  readonly #shifts: readonly Shift[];
  #over = false;
  readonly counts = { acts: 0, refused: 0 };

  constructor(options: StaffOptions) {
    this.#options = options;
    this.#random = options.simulation.random.fork(`staff ${options.business.accountId}`);
    this.#shifts = options.business.members.map((member) => ({
      member,
      socket: null,
      here: false,
      shutOut: false,
      era: 0,
    }));
  }

  start(): void {
    for (const shift of this.#shifts) {
      this.#options.simulation.after(this.#random.between(0, 60_000), () => this.#come(shift));
      this.#stir(shift);
    }
    this.#reopenSome();
  }

  /** Nobody acts any more; who is here stays. */
  end(): void {
    this.#over = true;
  }

  /** Lost sockets are opened again, as browsers do: called when nodes have gone. */
  reconnect(): void {
    for (const shift of this.#shifts) {
      if (!shift.here || shift.socket?.node.host.alive === true) continue;
      shift.socket = null;
      this.#options.simulation.after(this.#random.between(500, RECONNECT_MS), () =>
        this.#connect(shift),
      );
    }
  }

  /** Exactly these members may not come in: whoever of them is here goes at once, the others may come. */
  shutOut(memberIds: ReadonlySet<string>): void {
    for (const shift of this.#shifts) {
      const shutOut = memberIds.has(shift.member.id);
      if (shutOut === shift.shutOut) continue;
      shift.shutOut = shutOut;
      shift.era += 1;
      if (shutOut) this.#leave(shift);
      else this.#come(shift);
    }
  }

  /** A customer wrote: perhaps somebody does something about it, in a while. */
  noteWritten(customer: Customer): void {
    const { plan, simulation } = this.#options;
    if (this.#over || this.#random.chance(plan.neverAnswers)) return;
    simulation.after(this.#random.wait(plan.answerMs), () => this.#handle(customer));
    if (this.#random.chance(0.1)) {
      const minutes = this.#random.pick([1, 2, 5, 15]) * 60_000;
      simulation.after(minutes + this.#random.between(-1_000, 1_000), () => this.#handle(customer));
    }
  }

  /** Somebody looks at an old conversation once more. */
  #reopenSome(): void {
    const { plan, simulation, business, doors } = this.#options;
    simulation.after(this.#random.wait(plan.reopenEveryMs), async () => {
      if (this.#over) return;
      const session = await this.#look(this.#random.pick(business.customers));
      const by = { ...this.#random.pick(this.#insiders), role: "supervisor" as const };
      if (session !== undefined && session.closed_at !== null) {
        const act = { accountId: business.accountId, sessionId: session.id, by };
        void doors.call((deps) => reopenSession(deps, act));
      }
      this.#reopenSome();
    });
  }

  #come(shift: Shift): void {
    if (this.#over || shift.shutOut) return;
    const { plan, simulation } = this.#options;
    const { era } = shift;
    shift.here = true;
    this.#connect(shift);
    simulation.after(this.#random.wait(plan.shiftMs), () => {
      if (this.#over || era !== shift.era) return;
      this.#go(shift);
      simulation.after(this.#random.wait(plan.pauseMs), () => {
        if (era === shift.era) this.#come(shift);
      });
    });
  }

  /** Somebody at their screen does this and that, mostly within a minute, and now and then nothing for long. */
  #stir(shift: Shift): void {
    const { simulation, doors, plan } = this.#options;
    simulation.after(this.#random.wait(plan.stirEveryMs), () => {
      if (this.#over) return;
      const { socket, here, member } = shift;
      if (here && socket?.node.host.alive === true) {
        doors.at(socket.node, () => socket.node.activity.note(member));
      }
      this.#stir(shift);
    });
  }

  #connect(shift: Shift): void {
    if (!shift.here || shift.socket !== null) return;
    const node = this.#options.doors.pick();
    if (node === null) {
      this.#options.simulation.after(RECONNECT_MS, () => this.#connect(shift));
      return;
    }
    const presence = this.#options.doors.at(node, () => node.presence.add(shift.member));
    shift.socket = { node, presence };
  }

  /** Most close the inbox; some only say that they are away, and come back later. */
  #go(shift: Shift): void {
    if (this.#random.chance(0.3)) {
      this.#setStatus(shift.member, "away");
      this.#options.simulation.after(this.#random.between(10_000, 600_000), () =>
        this.#setStatus(shift.member, "available"),
      );
      return;
    }
    this.#leave(shift);
  }

  #leave(shift: Shift): void {
    shift.here = false;
    const { socket } = shift;
    shift.socket = null;
    if (socket?.node.host.alive !== true) return;
    this.#options.doors.at(socket.node, () => socket.presence.leave());
  }

  /** Who may act. Whoever is shut out in this very moment acts for a last time. */
  get #insiders(): readonly MemberIdentity[] {
    return this.#shifts.filter(({ shutOut }) => !shutOut).map(({ member }) => member);
  }

  #setStatus(member: MemberIdentity, status: "available" | "away"): void {
    void this.#options.doors.call((deps) => setStatus(deps, { member, status }));
  }

  async #handle(customer: Customer): Promise<void> {
    if (this.#over) return;
    const session = await this.#look(customer);
    if (session === undefined) return;
    const insiders = this.#insiders;
    const holder = insiders.find(({ id }) => id === session.assignee_id);
    const byHolder = holder !== undefined && this.#random.chance(0.8);
    // Who acts on sessions of others is a supervisor.
    const by = byHolder ? holder : { ...this.#random.pick(insiders), role: "supervisor" as const };
    if (this.#random.chance(0.06)) return this.#echo(customer);
    const act = this.#chooseAct(session, by);
    this.counts.acts += 1;
    const result = this.#options.doors.call(act);
    void result.then((outcome) => {
      if (outcome instanceof PunctualError) this.counts.refused += 1;
    });
  }

  #chooseAct(session: SeenSession, by: MemberIdentity): (deps: Deps) => Promise<unknown> {
    const { accountId } = this.#options.business;
    const act = { accountId, sessionId: session.id, by };
    const random = this.#random;
    if (session.closed_at !== null && random.chance(0.5)) return (deps) => reopenSession(deps, act);
    if (random.chance(0.75)) return this.#reply(act);
    const to = random.chance(0.15) ? null : random.pick(this.#options.business.members).id;
    const until = random.chance(0.2)
      ? null
      : this.#options.simulation.now + random.pick([30_000, 300_000, 3_600_000]);
    const team = random.pick(this.#options.business.teamIds);
    const close = { reason: random.pick([null, "done"]), sendMessage: random.chance(0.5) };
    return random.pick<(deps: Deps) => Promise<unknown>>([
      (deps) => assignSession(deps, { ...act, to }),
      (deps) => transferSession(deps, { ...act, to: { team }, note: null }),
      (deps) => takeSession(deps, act),
      (deps) => markNoReplyNeeded(deps, act),
      (deps) => closeSession(deps, { ...act, ...close }),
      (deps) => snoozeSession(deps, { ...act, until }),
    ]);
  }

  #reply(act: {
    accountId: string;
    sessionId: string;
    by: MemberIdentity;
  }): (deps: Deps) => Promise<unknown> {
    if (this.#random.chance(0.05)) {
      return (deps) => leaveNote(deps, { ...act, text: "a note", mentions: [] });
    }
    if (this.#random.chance(0.05)) {
      const body = { type: "template", name: "hello", language: "en" } as const;
      return (deps) => sendReply(deps, { ...act, body });
    }
    return (deps) => sendReply(deps, { ...act, body: { type: "text", text: "we are on it" } });
  }

  /** Somebody answers in the provider's own app, and the provider tells us, sooner or later. */
  #echo(customer: Customer): void {
    const { provider } = this.#options;
    const back = this.#random.chance(0.3) ? this.#random.between(0, 60_000) : 0;
    provider.tell(customer.channel, [
      {
        type: "echo",
        address: customer.channel.address,
        at: provider.stamp() - back,
        raw: null,
        externalId: provider.newExternalId(),
        contact: identityOf(customer),
        content: { type: "text", text: "from the app" },
      },
    ]);
  }

  async #look(customer: Customer): Promise<SeenSession | undefined> {
    const { accountId, id } = customer.channel;
    const rows = await this.#options.screen.query<SeenSession & Record<string, unknown>>(
      `select s.id, s.assignee_id, s.closed_at from contact_identities i
       join sessions s on s.account_id = i.account_id and s.channel_id = i.channel_id
         and s.contact_id = i.contact_id
       where i.account_id = $1 and i.channel_id = $2 and i.phone = $3
       order by s.opened_at desc, s.id desc limit 1`,
      [accountId, id, customer.phone],
    );
    return rows[0];
  }
}
