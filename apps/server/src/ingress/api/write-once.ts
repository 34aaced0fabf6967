import { Message } from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { type Answer, doOnce } from "../../actions/idempotency.ts";
import { readMessage } from "../../store/read-messages.ts";
import { presentMessage } from "../../views/message.ts";

/**
 * Writes a message and gives it as it was stored; with a key, once however often the request comes.
 * Throws as `doOnce` and `write` do.
 */
export async function writeOnce(
  deps: Deps,
  member: MemberIdentity,
  { key, request }: { readonly key: string | undefined; readonly request: unknown },
  write: (messageId?: string) => Promise<{ readonly messageId: string }>,
): Promise<Message> {
  const { accountId, id: memberId } = member;
  const recall = (messageId: string) => readAnswer(deps, accountId, messageId);
  const work = async (messageId?: string): Promise<Answer> => {
    const answer = await recall((await write(messageId)).messageId);
    if (answer === null) throw new Error("a committed message is not there");
    return answer;
  };
  const answer =
    key === undefined
      ? await work()
      : await doOnce(deps, { accountId, memberId, key, request, work, recall });
  return Message.parse(answer.body);
}

async function readAnswer(
  deps: Deps,
  accountId: string,
  messageId: string,
): Promise<Answer | null> {
  const row = await deps.db.readAs(accountId, (read) => readMessage(read, accountId, messageId));
  return row === null ? null : { status: 201, body: presentMessage(row) };
}
