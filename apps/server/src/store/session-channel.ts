import type { Queryable, Row } from "../platform/database.ts";

/** The channel that a session is on, credentials included. */
export interface SessionChannel {
  readonly channelId: string;
  readonly kind: string;
  /** As stored; the channel's implementation parses it. */
  readonly config: unknown;
}

interface ChannelConfigRow extends Row, SessionChannel {}

const COLUMNS = 'c.id as "channelId", c.kind, c.config';

/** `null`: the account has no such session. */
export async function readSessionChannel(
  read: Queryable,
  accountId: string,
  sessionId: string,
): Promise<SessionChannel | null> {
  const [row] = await read.query<ChannelConfigRow>(
    `select ${COLUMNS} from sessions s
     join channels c on c.account_id = s.account_id and c.id = s.channel_id
     where s.account_id = $1 and s.id = $2`,
    [accountId, sessionId],
  );
  return row ?? null;
}

/** `null`: the account has no such channel. */
export async function readChannelConfig(
  read: Queryable,
  accountId: string,
  channelId: string,
): Promise<SessionChannel | null> {
  const [row] = await read.query<ChannelConfigRow>(
    `select ${COLUMNS} from channels c where c.account_id = $1 and c.id = $2`,
    [accountId, channelId],
  );
  return row ?? null;
}
