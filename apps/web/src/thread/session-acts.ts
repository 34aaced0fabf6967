/** What people do to a session: asked of the server, whose answer is the session as it is then. */
import type { SessionDetail } from "@punctual/contract";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { useSessionStore } from "../sessions/session-hooks.ts";
import { uiTexts } from "../ui/texts.ts";
import { showProblem } from "../ui/toast.ts";

export interface AskedAct {
  /** Such as `POST close`: below the session's address. */
  readonly route: string;
  readonly body?: object;
}

export type SessionActMutation = UseMutationResult<SessionDetail, Error, AskedAct>;

/** @param isQuiet whoever asks shows by themselves why it was refused */
export function useSessionAct(sessionId: string, isQuiet = false): SessionActMutation {
  const queries = useQueryClient();
  const store = useSessionStore();
  const t = useTexts(uiTexts);
  return useMutation({
    mutationFn: ({ route, body }: AskedAct) => {
      const [method, path] = route.split(" ", 2);
      const options = body === undefined ? {} : { body };
      return call<SessionDetail>(`${method} /sessions/${sessionId}/${path}`, options);
    },
    onSuccess: (detail) => {
      queries.setQueryData(keys.session(sessionId), detail);
      store.put([detail]);
    },
    onError: ({ message }) => {
      if (!isQuiet) void showProblem(t("somethingWrong"), message);
    },
  });
}
